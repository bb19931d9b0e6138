//! The kinds of codes that are read, under the names that people write.

use rxing::BarcodeFormat;

/// A kind of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Symbology {
    /// 13 digits, on what is sold.
    Ean13,
    /// 8 digits, on small packs.
    Ean8,
    /// 12 digits, on what is sold in North America.
    UpcA,
    /// UPC-A with its zeros left out, 8 digits.
    UpcE,
    /// Any text; with its function character 1 in front, GS1 data.
    Code128,
    /// 14 digits, printed on cartons.
    Itf14,
    /// A square with three finders.
    Qr,
    /// A square with an L of two solid sides.
    DataMatrix,
}

impl Symbology {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Ean13,
        Self::Ean8,
        Self::UpcA,
        Self::UpcE,
        Self::Code128,
        Self::Itf14,
        Self::Qr,
        Self::DataMatrix,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ean13 => "EAN-13",
            Self::Ean8 => "EAN-8",
            Self::UpcA => "UPC-A",
            Self::UpcE => "UPC-E",
            Self::Code128 => "Code 128",
            Self::Itf14 => "ITF-14",
            Self::Qr => "QR",
            Self::DataMatrix => "DataMatrix",
        }
    }

    /// Whether it is read in two directions rather than along its bars.
    pub const fn is_matrix(self) -> bool {
        matches!(self, Self::Qr | Self::DataMatrix)
    }

    /// What the reader's library calls it.
    pub(crate) const fn format(self) -> BarcodeFormat {
        match self {
            Self::Ean13 => BarcodeFormat::EAN_13,
            Self::Ean8 => BarcodeFormat::EAN_8,
            Self::UpcA => BarcodeFormat::UPC_A,
            Self::UpcE => BarcodeFormat::UPC_E,
            Self::Code128 => BarcodeFormat::CODE_128,
            Self::Itf14 => BarcodeFormat::ITF,
            Self::Qr => BarcodeFormat::QR_CODE,
            Self::DataMatrix => BarcodeFormat::DATA_MATRIX,
        }
    }

    /// The one that the library calls so.
    pub(crate) fn of(format: BarcodeFormat) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.format() == format)
    }
}
