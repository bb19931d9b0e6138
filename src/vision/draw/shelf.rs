//! A shelf: boards, packs on them, a label on each.

use image::{Rgb, RgbImage};

use super::label::Label;
use super::level::Conditions;
use super::quad::{Point, Quad};
use super::{Dice, Level, Truth, Undrawable, font, photographed};
use crate::Symbology;

/// The part of a cell's height that its board takes.
const BOARD: f32 = 0.06;
/// Pixels between a label and the edge of its pack.
const RIM: f32 = 4.0;
/// How often a label is made smaller until it fits its pack.
const TRIES: usize = 12;

/// What is to be drawn.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// What the packs' codes say, in which symbology, and how many packs carry it.
    pub labels: Vec<(String, Symbology, usize)>,
    /// What is printed on the packs of each of them, ten letters at most; the seed chooses where there is nothing.
    pub words: Vec<&'static str>,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom. About 100 000 pixels a label keep it readable.
    pub height: u32,
    /// How hard it is to read.
    pub level: Level,
    /// Chooses everything else.
    pub seed: u64,
}

/// Draws a shelf's photo, and says what is on it.
///
/// # Errors
/// [`Undrawable`], when a symbology cannot say a text.
pub fn shelf(wanted: &Shelf) -> Result<(RgbImage, Vec<Truth>), Undrawable> {
    let mut dice = Dice::new(wanted.seed);
    let mut order: Vec<usize> = Vec::new();
    for (label, (_, _, count)) in wanted.labels.iter().enumerate() {
        order.extend(std::iter::repeat_n(label, *count));
    }
    dice.shuffle(&mut order);

    let wall = Rgb([0; 3].map(|_: u8| dice.between(40.0, 110.0) as u8));
    let mut scene = RgbImage::from_pixel(wanted.width, wanted.height, wall);
    let conditions = wanted.level.conditions();
    let mut truths = Vec::new();
    for (place, label) in cells(wanted, order.len()).zip(order) {
        let word = wanted.words.get(label).copied();
        let pack = place.pack(&mut scene, word, &mut dice);
        let (text, symbology, _) = &wanted.labels[label];
        let label = Label::new(text, *symbology, &mut dice)?;
        let quad = pack.hang(&label, &conditions, &mut dice);
        quad.stick(&mut scene, &label);
        truths.push(Truth::new(text, *symbology, &label, &quad));
    }
    Ok((photographed(&scene, wanted.level, &mut dice), truths))
}

impl Truth {
    pub(super) fn new(text: &str, symbology: Symbology, label: &Label, quad: &Quad) -> Self {
        let (from, to) = label.code;
        let (left, top, right, bottom) = quad.part(from, to).bounds();
        Self {
            text: text.into(),
            symbology,
            left,
            top,
            right,
            bottom,
        }
    }
}

/// A part of a scene, in pixels.
#[derive(Clone, Copy, Debug)]
struct Place {
    left: f32,
    top: f32,
    width: f32,
    height: f32,
}

/// The cells of a shelf with so many packs, row by row.
fn cells(shelf: &Shelf, count: usize) -> impl Iterator<Item = Place> {
    let (width, height) = (shelf.width as f32, shelf.height as f32);
    let columns = (count as f32 * width / height * 0.85)
        .sqrt()
        .round()
        .max(1.0) as usize;
    let (across, down) = (columns as f32, count.div_ceil(columns).max(1) as f32);
    (0..count).map(move |cell| Place {
        left: (cell % columns) as f32 * width / across,
        top: (cell / columns) as f32 * height / down,
        width: width / across,
        height: height / down,
    })
}

impl Place {
    /// Draws the board below and a pack on it; the pack's place.
    fn pack(&self, scene: &mut RgbImage, word: Option<&str>, dice: &mut Dice) -> Self {
        let board = Self {
            top: self.top + self.height * (1.0 - BOARD),
            height: self.height * BOARD,
            ..*self
        };
        board.fill(scene, Rgb([92, 72, 54]));
        let gap = self.width * dice.between(0.01, 0.03);
        let headroom = self.height * dice.between(0.02, 0.06);
        let pack = Self {
            left: self.left + gap,
            top: self.top + headroom,
            width: self.width - 2.0 * gap,
            height: self.height - board.height - headroom,
        };
        pack.fill(
            scene,
            Rgb([0; 3].map(|_: u8| dice.between(50.0, 210.0) as u8)),
        );
        pack.decorate(scene, word, dice);
        pack
    }

    /// Words on every pack; on some, stripes that are no code.
    fn decorate(&self, scene: &mut RgbImage, word: Option<&str>, dice: &mut Dice) {
        let words = [
            "TEA",
            "COFFEE",
            "RICE 500",
            "SOAP",
            "PASTA",
            "OATS 1 KG",
            "FLOUR",
        ];
        let scale = (self.width / 60.0).max(1.0);
        let corner = (self.left + scale * 3.0, self.top + scale * 3.0);
        let any = words[dice.below(words.len())];
        let word = word.unwrap_or(any);
        let at = (corner.0 as u32, corner.1 as u32);
        font::write(scene, at, scale as u32, Rgb([255; 3]), word);
        if dice.chance(0.3) {
            let step = self.width / 40.0;
            for stripe in 0..8 {
                let stripe = Self {
                    left: self.left + self.width * 0.6 + stripe as f32 * step * 1.2,
                    top: self.top + self.height * 0.05,
                    width: step * dice.between(0.3, 0.8),
                    height: self.height * 0.2,
                };
                stripe.fill(scene, Rgb([30; 3]));
            }
        }
    }

    fn fill(&self, scene: &mut RgbImage, colour: Rgb<u8>) {
        let right = ((self.left + self.width) as u32).min(scene.width());
        let bottom = ((self.top + self.height) as u32).min(scene.height());
        for y in self.top as u32..bottom {
            for x in self.left as u32..right {
                scene.put_pixel(x, y, colour);
            }
        }
    }

    /// Where a label sticks: as the conditions say, smaller if it does not fit, else anywhere.
    fn hang(&self, label: &Label, conditions: &Conditions, dice: &mut Dice) -> Quad {
        let mut turn = dice.between(-conditions.turn, conditions.turn);
        if dice.chance(conditions.sideways) {
            turn += std::f32::consts::FRAC_PI_2;
        }
        let mut module = dice.between(conditions.module.0, conditions.module.1);
        let off =
            [(); 8].map(|()| 1.0 + dice.between(-conditions.perspective, conditions.perspective));
        let room = (self.width - 2.0 * RIM, self.height - 2.0 * RIM);
        let mut quad = posed(label.size, module, turn, &off);
        for _ in 0..TRIES {
            let (left, top, right, bottom) = quad.bounds();
            if right - left <= room.0 && bottom - top <= room.1 {
                break;
            }
            module *= 0.93;
            quad = posed(label.size, module, turn, &off);
        }
        let (left, top, right, bottom) = quad.bounds();
        let x = dice.between(0.0, (room.0 - (right - left)).max(0.0));
        let y = dice.between(0.0, (room.1 - (bottom - top)).max(0.0));
        quad.moved(self.left + RIM + x - left, self.top + RIM + y - top)
    }
}

/// A label around the origin: turned, and each corner off by two factors of its own.
fn posed(size: Point, module: f32, turn: f32, off: &[f32; 8]) -> Quad {
    let (sin, cos) = turn.sin_cos();
    let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
    let mut at = 0;
    Quad(corners.map(|(right, down)| {
        let x = right * size.0 * module / 2.0 * off[at];
        let y = down * size.1 * module / 2.0 * off[at + 1];
        at += 2;
        (x * cos - y * sin, x * sin + y * cos)
    }))
}
