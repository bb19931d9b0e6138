//! What the demo's shop sells: a neighbourhood grocer with a café, and how its customers buy.

/// How one item sells and is bought in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Product {
    pub(super) sku: &'static str,
    pub(super) name: &'static str,
    pub(super) category: &'static str,
    pub(super) unit: &'static str,
    /// Units sold in 100 days.
    pub(super) sold_in_100_days: u32,
    /// Units that one customer takes, on average; above 1 the demand is lumpy.
    pub(super) basket: u32,
    /// Units in a case, which is what suppliers deliver.
    pub(super) case: i64,
    pub(super) lead_time_days: u32,
    pub(super) bin: &'static str,
}

type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    u32,
    u32,
    i64,
    u32,
    &'static str,
);

/// sku, name, category, unit, sold in 100 days, basket, case, lead time in days, bin.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("TEA-500",    "Black tea, loose, 500 g",        "Tea",       "bag",    140, 1,  6,  7, "A-01"),
    ("TEA-EG-100", "Earl Grey, 100 bags",            "Tea",       "box",     95, 1, 12,  7, "A-01"),
    ("TEA-GRN-50", "Green tea sencha, 50 bags",      "Tea",       "box",     70, 1, 12, 10, "A-02"),
    ("TEA-PEP-20", "Peppermint tea, 20 bags",        "Tea",       "box",    120, 1, 12,  7, "A-02"),
    ("TEA-ROO-40", "Rooibos, 40 bags",               "Tea",       "box",     35, 1,  6, 14, "A-03"),
    ("TEA-CHA-20", "Chamomile tea, 20 bags",         "Tea",       "box",     60, 1, 12,  7, "A-03"),
    ("COF-ESP-1K", "Espresso beans, 1 kg",           "Coffee",    "bag",    310, 2,  8,  4, "A-04"),
    ("COF-FIL-1K", "Filter coffee, ground, 1 kg",    "Coffee",    "bag",    180, 1,  8,  4, "A-04"),
    ("COF-DEC-500","Decaf beans, 500 g",             "Coffee",    "bag",     55, 1,  6,  5, "A-05"),
    ("COF-CAP-10", "Coffee capsules, 10",            "Coffee",    "pack",   240, 2, 20,  5, "A-05"),
    ("COF-INS-200","Instant coffee, 200 g",          "Coffee",    "jar",     80, 1, 12,  7, "A-06"),
    ("COF-COL-330","Cold brew, 330 ml",              "Coffee",    "bottle", 160, 1, 24,  5, "A-06"),
    ("MLK-OAT-1L", "Oat drink barista, 1 l",         "Dairy",     "carton", 620, 2, 12,  3, "B-01"),
    ("MLK-UHT-1L", "UHT milk 3.5 %, 1 l",            "Dairy",     "carton", 700, 3, 12,  2, "B-01"),
    ("MLK-SOY-1L", "Soy drink, 1 l",                 "Dairy",     "carton", 150, 1, 12,  3, "B-02"),
    ("MLK-CND-400","Condensed milk, 400 g",          "Dairy",     "tin",     45, 1, 12,  9, "B-02"),
    ("CRM-UHT-200","Whipping cream, 200 ml",         "Dairy",     "carton", 210, 2, 24,  3, "B-02"),
    ("SUG-WHT-1K", "White sugar, 1 kg",              "Baking",    "bag",    330, 2, 10,  4, "B-03"),
    ("SUG-BRN-500","Brown sugar, 500 g",             "Baking",    "bag",     90, 1, 10,  6, "B-03"),
    ("SUG-STK-1K", "Sugar sticks, 1,000",            "Baking",    "box",     25, 1,  4, 10, "B-03"),
    ("FLR-405-1K", "Wheat flour, 1 kg",              "Baking",    "bag",    410, 2, 10,  4, "B-04"),
    ("FLR-SPL-1K", "Spelt flour, 1 kg",              "Baking",    "bag",    130, 1, 10,  6, "B-04"),
    ("YST-DRY-7",  "Dry yeast, 7 g",                 "Baking",    "sachet", 190, 3, 40,  7, "B-05"),
    ("BKP-POW-10", "Baking powder, 10 sachets",      "Baking",    "pack",    85, 1, 24,  7, "B-05"),
    ("COC-POW-250","Cocoa powder, 250 g",            "Baking",    "tin",     75, 1, 12,  8, "B-05"),
    ("VAN-EXT-100","Vanilla extract, 100 ml",        "Baking",    "bottle",  30, 1,  6, 14, "B-06"),
    ("PAS-SPA-500","Spaghetti, 500 g",               "Pantry",    "pack",   360, 2, 20,  4, "C-01"),
    ("PAS-PEN-500","Penne, 500 g",                   "Pantry",    "pack",   280, 2, 20,  4, "C-01"),
    ("RIC-BAS-1K", "Basmati rice, 1 kg",             "Pantry",    "bag",    220, 1, 10,  6, "C-02"),
    ("RIC-RIS-500","Risotto rice, 500 g",            "Pantry",    "box",     80, 1, 12,  8, "C-02"),
    ("TOM-CAN-400","Chopped tomatoes, 400 g",        "Pantry",    "tin",    540, 3, 24,  3, "C-03"),
    ("TOM-PAS-700","Tomato passata, 700 g",          "Pantry",    "bottle", 230, 2, 12,  4, "C-03"),
    ("BEA-KID-400","Kidney beans, 400 g",            "Pantry",    "tin",    170, 2, 24,  5, "C-04"),
    ("CHK-PEA-400","Chickpeas, 400 g",               "Pantry",    "tin",    260, 2, 24,  5, "C-04"),
    ("LEN-RED-500","Red lentils, 500 g",             "Pantry",    "bag",    110, 1, 10,  7, "C-04"),
    ("OIL-OLV-750","Olive oil extra virgin, 750 ml", "Pantry",    "bottle", 145, 1,  6,  9, "C-05"),
    ("OIL-SUN-1L", "Sunflower oil, 1 l",             "Pantry",    "bottle", 190, 1, 12,  5, "C-05"),
    ("VIN-BAL-500","Balsamic vinegar, 500 ml",       "Pantry",    "bottle",  55, 1,  6,  9, "C-05"),
    ("SAL-SEA-500","Sea salt, 500 g",                "Pantry",    "box",     95, 1, 12,  7, "C-06"),
    ("PEP-BLK-50", "Black pepper, whole, 50 g",      "Pantry",    "jar",     60, 1, 12, 10, "C-06"),
    ("HON-BLO-500","Blossom honey, 500 g",           "Spreads",   "jar",    105, 1,  6,  8, "D-01"),
    ("JAM-STR-340","Strawberry jam, 340 g",          "Spreads",   "jar",    125, 1, 12,  6, "D-01"),
    ("JAM-APR-340","Apricot jam, 340 g",             "Spreads",   "jar",     70, 1, 12,  6, "D-01"),
    ("NUT-CRM-400","Hazelnut spread, 400 g",         "Spreads",   "jar",    200, 1, 12,  5, "D-02"),
    ("PNT-BUT-350","Peanut butter, 350 g",           "Spreads",   "jar",    115, 1, 12,  6, "D-02"),
    ("CHO-DRK-100","Dark chocolate 70 %, 100 g",     "Sweets",    "bar",    380, 2, 20,  5, "D-03"),
    ("CHO-MLK-100","Milk chocolate, 100 g",          "Sweets",    "bar",    420, 2, 20,  5, "D-03"),
    ("BIS-OAT-300","Oat biscuits, 300 g",            "Sweets",    "pack",   180, 1, 16,  6, "D-04"),
    ("BIS-AMA-200","Amaretti, 200 g",                "Sweets",    "pack",    50, 1, 12, 12, "D-04"),
    ("GUM-BEA-250","Fruit gums, 250 g",              "Sweets",    "bag",    160, 1, 24,  6, "D-04"),
    ("WAT-STL-1L", "Still water, 1 l",               "Drinks",    "bottle", 800, 6, 12,  2, "E-01"),
    ("WAT-SPK-1L", "Sparkling water, 1 l",           "Drinks",    "bottle", 760, 6, 12,  2, "E-01"),
    ("JUC-APL-1L", "Apple juice, 1 l",               "Drinks",    "carton", 290, 2, 12,  3, "E-02"),
    ("JUC-ORG-1L", "Orange juice, 1 l",              "Drinks",    "carton", 350, 2, 12,  3, "E-02"),
    ("LEM-ELD-330","Elderflower lemonade, 330 ml",   "Drinks",    "bottle", 210, 2, 24,  4, "E-03"),
    ("CUP-PAP-8",  "Paper cups 8 oz, 50",            "Café",      "sleeve", 130, 2, 20,  6, "F-01"),
    ("LID-PAP-8",  "Lids for 8 oz cups, 100",        "Café",      "sleeve",  65, 1, 10,  6, "F-01"),
    ("NAP-WHT-500","Napkins, white, 500",            "Café",      "pack",    40, 1,  8,  7, "F-02"),
    ("FLT-PAP-4",  "Filter papers no. 4, 100",       "Café",      "box",     75, 1, 12,  8, "F-02"),
    ("DSH-TAB-40", "Dishwasher tablets, 40",         "Household", "box",     90, 1,  6,  6, "F-03"),
    ("TWL-KIT-4",  "Kitchen towels, 4 rolls",        "Household", "pack",   150, 1,  8,  4, "F-03"),
    ("BAG-BIN-35", "Bin bags 35 l, 30",              "Household", "roll",    85, 1, 20,  7, "F-04"),
];

/// Everything the shop sells.
pub(super) fn products() -> impl Iterator<Item = Product> {
    ROWS.iter().map(
        |&(sku, name, category, unit, sold, basket, case, lead_time_days, bin)| Product {
            sku,
            name,
            category,
            unit,
            sold_in_100_days: sold,
            basket,
            case,
            lead_time_days,
            bin,
        },
    )
}

/// A warehouse of the shop.
#[derive(Debug)]
pub(super) struct Branch {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) seed: u64,
    /// How much it sells, in percent of the table above.
    percent: u32,
    /// Sells every item but each of this number.
    but_each: usize,
    pub(super) sends_to: Option<&'static str>,
}

/// The shop's warehouses.
pub(super) const BRANCHES: [Branch; 2] = [
    Branch {
        code: "north",
        name: "North",
        seed: 1,
        percent: 100,
        but_each: usize::MAX,
        sends_to: Some("harbour"),
    },
    Branch {
        code: "harbour",
        name: "Harbour",
        seed: 2,
        percent: 45,
        but_each: 4,
        sends_to: None,
    },
];

/// Days of sales that the minimum covers beside the lead time.
const SAFETY_DAYS: f64 = 5.0;
/// Days of sales between the minimum and the target.
const CYCLE_DAYS: f64 = 9.0;

impl Branch {
    /// What it sells.
    pub(super) fn products(&self) -> impl Iterator<Item = Product> + use<> {
        let but_each = self.but_each;
        products()
            .enumerate()
            .filter(move |(n, _)| n % but_each != but_each - 1)
            .map(|(_, p)| p)
    }

    /// Units sold a day, on average.
    fn units_a_day(&self, product: &Product) -> f64 {
        f64::from(product.sold_in_100_days) * f64::from(self.percent) / 10_000.0
    }

    /// Customers a day who take some.
    pub(super) fn baskets_a_day(&self, product: &Product) -> f64 {
        self.units_a_day(product) / f64::from(product.basket)
    }

    /// When to order.
    pub(super) fn min(&self, product: &Product) -> i64 {
        units(self.units_a_day(product) * (f64::from(product.lead_time_days) + SAFETY_DAYS))
    }

    /// Up to what.
    pub(super) fn target(&self, product: &Product) -> i64 {
        self.min(product) + units(self.units_a_day(product) * CYCLE_DAYS).max(2)
    }

    /// Days until a delivery of the item comes.
    pub(super) fn lead_time(&self, sku: &str) -> i64 {
        self.products()
            .find(|p| p.sku == sku)
            .map_or(7, |p| p.lead_time_days.into())
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a shop's numbers are small"
)]
fn units(amount: f64) -> i64 {
    amount.ceil() as i64
}

/// A number of the range 20…29, which GS1 leaves to shops for their own use, with its check digit
/// (GS1 General Specifications, section 7.9).
pub(super) fn ean13(number: usize) -> String {
    let digits = format!("20{number:010}");
    let sum: u32 = digits
        .bytes()
        .map(|b| u32::from(b - b'0'))
        .zip([1, 3].into_iter().cycle())
        .map(|(d, w)| d * w)
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shop_sells_about_sixty_things_each_once() {
        let skus: std::collections::BTreeSet<_> = products().map(|p| p.sku).collect();

        assert_eq!(skus.len(), ROWS.len());
        assert!((55..=65).contains(&skus.len()));
    }

    #[test]
    fn ean13_ends_in_the_check_digit_of_gs1() {
        // Digits weighted 1, 3, 1, 3 … from the left: 2 → 8; 2+3·1+2+3·3+4+3·5+6 → …3.
        assert_eq!(ean13(0), "2000000000008");
        assert_eq!(ean13(123_456), "2000001234563");
    }
}
