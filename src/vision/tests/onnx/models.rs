//! The models of the tests.

use crate::file::{integers, model, node, tensor};

/// Answers these numbers to every picture of 64 pixels a side.
pub(crate) fn constant(outputs: &[(&str, &[i64], &[f32])], names: Option<&str>) -> Vec<u8> {
    // The picture must be used, so its mean times nothing is added.
    let mut nodes = vec![node(
        "ReduceMean",
        &["images"],
        "mean",
        &[("axes", &[0, 1, 2, 3]), ("keepdims", &[0])],
    )];
    let mut constants = vec![tensor("nothing", &[], &[0.0])];
    nodes.push(node("Mul", &["mean", "nothing"], "zero", &[]));
    for (name, shape, values) in outputs {
        let fixed = format!("{name}_fixed");
        constants.push(tensor(&fixed, shape, values));
        nodes.push(node("Add", &[&fixed, "zero"], name, &[]));
    }
    let shapes: Vec<_> = outputs
        .iter()
        .map(|(name, shape, _)| (*name, *shape))
        .collect();
    model(&nodes, &constants, &[1, 3, 64, 64], &shapes, names)
}

/// Answers, in the layout of `YOLOv8`, with a box of 8 pixels wherever an 8 by 8 block of the picture of 64
/// pixels a side is red: a convolution of stride 8 whose weights like red and dislike green and blue.
pub(crate) fn red() -> Vec<u8> {
    let weight = |channel: usize| if channel == 0 { 1.0 } else { -1.0 } / 64.0;
    let weights: Vec<f32> = (0..3).flat_map(|channel| [weight(channel); 64]).collect();
    let centre = |cell: usize| cell as f32 * 8.0 + 4.0;
    let mut boxes: Vec<f32> = (0..64).map(|cell| centre(cell % 8)).collect();
    boxes.extend((0..64).map(|cell| centre(cell / 8)));
    boxes.extend([8.0; 128]);
    let nodes = [
        node(
            "Conv",
            &["images", "weights"],
            "conv",
            &[("strides", &[8, 8]), ("kernel_shape", &[8, 8])],
        ),
        node("Relu", &["conv"], "redness", &[]),
        node("Reshape", &["redness", "row"], "scores", &[]),
        // The scores become the fifth row, and the boxes the four above it.
        node("Pad", &["scores", "below"], "padded", &[]),
        node("Add", &["padded", "boxes"], "output0", &[]),
    ];
    boxes.extend([0.0; 64]);
    let constants = [
        tensor("weights", &[1, 3, 8, 8], &weights),
        integers("row", &[1, 1, 64]),
        integers("below", &[0, 4, 0, 0, 0, 0]),
        tensor("boxes", &[1, 5, 64], &boxes),
    ];
    model(
        &nodes,
        &constants,
        &[1, 3, 64, 64],
        &[("output0", &[1, 5, 64])],
        Some("{0: 'red tin'}"),
    )
}
