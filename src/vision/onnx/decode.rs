//! From the numbers of a model to boxes with a class and a confidence.

use super::shape::{Output, STRIDES, detr};
use crate::Layout;

/// A box as the model sees it: corners in pixels of its input.
pub(super) struct Raw {
    pub(super) corners: [f32; 4],
    pub(super) class: usize,
    pub(super) score: f32,
}

/// How to read a model's numbers.
pub(super) struct Reading {
    pub(super) layout: Layout,
    /// Width and height of the input.
    pub(super) size: (u32, u32),
    /// The classes that have a name; 0 if none has. What a model answers beyond them is something else.
    pub(super) classes: usize,
    /// The least score.
    pub(super) least: f32,
}

impl Reading {
    /// Every box that is sure enough. Scores that are not numbers are not.
    pub(super) fn boxes(&self, outputs: &[Output]) -> Vec<Raw> {
        if self.layout == Layout::Detr {
            return detr(outputs).map_or_else(Vec::new, |(boxes, logits)| self.detr(boxes, logits));
        }
        let Some((first, table)) = outputs.first().and_then(|one| Some((one, one.table()?))) else {
            return Vec::new();
        };
        let rows = || first.values.chunks_exact(table.1.max(1));
        match self.layout {
            Layout::YoloV8 => self.columns(&first.values, table),
            Layout::YoloV5 => rows().filter_map(|row| self.row(row)).collect(),
            Layout::YoloX => {
                let cells = grid(self.size);
                let placed = rows()
                    .zip(cells)
                    .filter_map(|(row, cell)| self.row(&placed(row, cell)));
                placed.collect()
            }
            Layout::Nms | Layout::Detr => rows().filter_map(|row| self.finished(row)).collect(),
        }
    }

    /// `[1, 4+C, N]`: one column a box.
    fn columns(&self, values: &[f32], (rows, columns): (usize, usize)) -> Vec<Raw> {
        let at = |row: usize, column: usize| values[row * columns + column];
        let scores = |column| (4..rows).map(move |row| at(row, column));
        let boxes = (0..columns).filter_map(|column| {
            let (class, score) = self.best(scores(column))?;
            let corners = around([0, 1, 2, 3].map(|row| at(row, column)));
            Some(Raw {
                corners,
                class,
                score,
            })
        });
        boxes.collect()
    }

    /// `[1, N, 5+C]`: one row a box, with an objectness.
    fn row(&self, row: &[f32]) -> Option<Raw> {
        let (&[x, y, w, h, objectness], scores) = row.split_first_chunk()?;
        let (class, score) = self.best(scores.iter().map(|score| score * objectness))?;
        Some(Raw {
            corners: around([x, y, w, h]),
            class,
            score,
        })
    }

    /// `[1, N, 6]`: corners, score, class.
    fn finished(&self, row: &[f32]) -> Option<Raw> {
        let &[left, top, right, bottom, score, class] = row else {
            return None;
        };
        let sure = score >= self.least && (0.0..1e6).contains(&class);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "in the range just checked"
        )]
        let class = class.round() as usize;
        let corners = [left, top, right, bottom];
        sure.then_some(Raw {
            corners,
            class,
            score,
        })
    }

    /// Boxes from 0 to 1, and a logit a class. With one more than there are names the last says that nothing
    /// is there, and all of them share one; so it is assumed where no class has a name. Else each stands for itself.
    #[expect(clippy::cast_precision_loss, reason = "sides of a model's input")]
    fn detr(&self, boxes: &Output, logits: &Output) -> Vec<Raw> {
        let classes = logits.shape.last().copied().unwrap_or(0);
        let shared = classes > 1 && (self.classes == 0 || classes == self.classes + 1);
        let (width, height) = (self.size.0 as f32, self.size.1 as f32);
        let pairs = boxes
            .values
            .chunks_exact(4)
            .zip(logits.values.chunks_exact(classes.max(1)));
        let raw = pairs.filter_map(|(numbers, logits)| {
            let &[x, y, w, h] = numbers else { return None };
            let largest = logits.iter().copied().fold(f32::MIN, f32::max);
            let sum: f32 = logits.iter().map(|logit| (logit - largest).exp()).sum();
            let alone = |logit: &f32| 1.0 / (1.0 + (-logit).exp());
            let (class, score) = if shared {
                let named = logits.split_last().map_or(&[][..], |(_, named)| named);
                self.best(named.iter().map(|logit| (logit - largest).exp() / sum))?
            } else {
                self.best(logits.iter().map(alone))?
            };
            let corners = around([x * width, y * height, w * width, h * height]);
            Some(Raw {
                corners,
                class,
                score,
            })
        });
        raw.collect()
    }

    /// The best class, if it is sure enough.
    fn best(&self, scores: impl Iterator<Item = f32>) -> Option<(usize, f32)> {
        let most = if self.classes == 0 {
            usize::MAX
        } else {
            self.classes
        };
        let best = scores
            .take(most)
            .enumerate()
            .max_by(|a, b| a.1.total_cmp(&b.1));
        best.filter(|(_, score)| *score >= self.least)
    }
}

/// The corners of a box given by its centre and size.
fn around([x, y, w, h]: [f32; 4]) -> [f32; 4] {
    [x - w / 2.0, y - h / 2.0, x + w / 2.0, y + h / 2.0]
}

/// Column, row and stride of each cell, in the order in which YOLOX answers.
fn grid((width, height): (u32, u32)) -> impl Iterator<Item = [f32; 3]> {
    STRIDES.into_iter().flat_map(move |stride| {
        let (columns, rows) = (width / stride, height / stride);
        #[expect(clippy::cast_precision_loss, reason = "cells of a grid")]
        (0..rows).flat_map(move |y| (0..columns).map(move |x| [x as f32, y as f32, stride as f32]))
    })
}

/// A row of YOLOX with its box in pixels of the input.
fn placed(row: &[f32], [column, line, stride]: [f32; 3]) -> Vec<f32> {
    let mut row = row.to_vec();
    if let [x, y, w, h, ..] = &mut row[..] {
        (*x, *y) = ((*x + column) * stride, (*y + line) * stride);
        (*w, *h) = (w.exp() * stride, h.exp() * stride);
    }
    row
}
