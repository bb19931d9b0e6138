//! What the outputs of a model mean, told by their shapes.

use std::fmt::Write as _;

use crate::Layout;

/// The strides of the grids that YOLO models answer on.
pub(super) const STRIDES: [u32; 3] = [8, 16, 32];

/// One output of a model.
pub(super) struct Output {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) values: Vec<f32>,
}

impl Output {
    /// Rows and columns of `[1, rows, columns]`.
    pub(super) fn table(&self) -> Option<(usize, usize)> {
        match self.shape[..] {
            [1, rows, columns] if self.values.len() == rows * columns => Some((rows, columns)),
            _ => None,
        }
    }
}

/// Tells the layout of what a model answered to a picture of this width and height.
///
/// # Errors
/// A sentence with the shapes, if it is none that is known.
pub(super) fn recognise(outputs: &[Output], size: (u32, u32)) -> Result<Layout, String> {
    if detr(outputs).is_some() {
        return Ok(Layout::Detr);
    }
    let cells = cells(size);
    let layout = outputs
        .first()
        .and_then(Output::table)
        .and_then(|table| match table {
            (5.., columns) if columns == cells => Some(Layout::YoloV8),
            (rows, 6..) if rows == 3 * cells => Some(Layout::YoloV5),
            (rows, 6..) if rows == cells => Some(Layout::YoloX),
            (_, 6) => Some(Layout::Nms),
            (rows @ 5.., columns) if rows < columns => Some(Layout::YoloV8),
            (rows, columns @ 7..) if rows > columns => Some(Layout::YoloV5),
            _ => None,
        });
    layout.ok_or_else(|| {
        let shapes = describe(outputs);
        format!("The model's outputs fit no layout that AIMS knows: {shapes}. AIMS_ONNX_LAYOUT can name one.")
    })
}

/// Whether a layout that was named can be read from these outputs.
///
/// # Errors
/// A sentence with the shapes, if not.
pub(super) fn check(layout: Layout, outputs: &[Output], size: (u32, u32)) -> Result<(), String> {
    let table = outputs.first().and_then(Output::table);
    let fits = match layout {
        Layout::Detr => detr(outputs).is_some(),
        Layout::YoloV8 => table.is_some_and(|(rows, _)| rows >= 5),
        Layout::YoloV5 => table.is_some_and(|(_, columns)| columns >= 6),
        Layout::YoloX => table.is_some_and(|(rows, columns)| columns >= 6 && rows == cells(size)),
        Layout::Nms => table.is_some_and(|(_, columns)| columns == 6),
    };
    let shapes = describe(outputs);
    let misfit =
        format!("The model's outputs do not fit the layout that AIMS_ONNX_LAYOUT names: {shapes}.");
    fits.then_some(()).ok_or(misfit)
}

/// The boxes and the logits of a DETR-like model.
pub(super) fn detr(outputs: &[Output]) -> Option<(&Output, &Output)> {
    let boxes = |output: &&Output| output.table().is_some_and(|(_, columns)| columns == 4);
    let named = outputs.iter().find(|output| output.name.contains("box"));
    let boxes = named.filter(boxes).or_else(|| outputs.iter().find(boxes))?;
    let (rows, _) = boxes.table()?;
    let logits = |output: &&Output| {
        !std::ptr::eq(*output, boxes) && output.table().is_some_and(|table| table.0 == rows)
    };
    Some((boxes, outputs.iter().find(logits)?))
}

/// Cells of all grids together.
fn cells((width, height): (u32, u32)) -> usize {
    let cells = STRIDES.map(|stride| (width / stride) * (height / stride));
    cells.iter().sum::<u32>() as usize
}

fn describe(outputs: &[Output]) -> String {
    let mut text = String::new();
    for output in outputs.iter().take(6) {
        let comma = if text.is_empty() { "" } else { ", " };
        let written = write!(text, "{comma}{} {:?}", output.name, output.shape);
        debug_assert!(written.is_ok(), "a string takes everything");
    }
    if text.is_empty() {
        "none of numbers".into()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{Output, recognise};
    use crate::Layout;

    fn outputs(shapes: &[(&str, &[usize])]) -> Vec<Output> {
        let output = |(name, shape): &(&str, &[usize])| Output {
            name: (*name).into(),
            shape: shape.to_vec(),
            values: vec![0.0; shape.iter().product()],
        };
        shapes.iter().map(output).collect()
    }

    #[test]
    fn the_layouts_of_well_known_models_are_recognised() {
        type Shapes = &'static [(&'static str, &'static [usize])];
        let known: [(Shapes, Layout); 8] = [
            (&[("output0", &[1, 84, 8400])], Layout::YoloV8),
            (&[("output0", &[1, 5, 8400])], Layout::YoloV8),
            (
                &[
                    ("output0", &[1, 116, 8400]),
                    ("output1", &[1, 32, 160, 160]),
                ],
                Layout::YoloV8,
            ),
            (&[("output0", &[1, 25_200, 85])], Layout::YoloV5),
            (&[("output0", &[1, 25_200, 6])], Layout::YoloV5),
            (&[("output", &[1, 8400, 85])], Layout::YoloX),
            (&[("output0", &[1, 300, 6])], Layout::Nms),
            (
                &[("logits", &[1, 100, 92]), ("pred_boxes", &[1, 100, 4])],
                Layout::Detr,
            ),
        ];
        for (shapes, layout) in known {
            assert_eq!(
                recognise(&outputs(shapes), (640, 640)),
                Ok(layout),
                "{shapes:?}"
            );
        }
    }

    #[test]
    fn a_classifier_is_refused_with_its_shapes() {
        let refused = recognise(&outputs(&[("scores", &[1, 1000])]), (224, 224));

        assert!(refused.is_err_and(|why| why.contains("scores [1, 1000]")));
    }
}
