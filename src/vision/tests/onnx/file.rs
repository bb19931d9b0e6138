//! Writes model files: as much of the ONNX format as the tests need (onnx.proto3 of ONNX 1.17, whose field
//! numbers stand beside each line).

/// A message in the wire format of protocol buffers.
#[derive(Default)]
pub(crate) struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn number(mut self, field: u64, value: i64) -> Self {
        self.varint(field << 3);
        self.varint(value.cast_unsigned());
        self
    }

    fn bytes(mut self, field: u64, bytes: &[u8]) -> Self {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend(bytes);
        self
    }

    fn text(self, field: u64, text: &str) -> Self {
        self.bytes(field, text.as_bytes())
    }

    fn message(self, field: u64, message: &Self) -> Self {
        self.bytes(field, &message.0)
    }

    fn each(self, field: u64, messages: &[Self]) -> Self {
        messages
            .iter()
            .fold(self, |all, one| all.message(field, one))
    }
}

/// A constant of floats: dims 1, `data_type` 2 (FLOAT is 1), name 8, `raw_data` 9.
pub(crate) fn tensor(name: &str, shape: &[i64], values: &[f32]) -> Message {
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let dims = shape
        .iter()
        .fold(Message::default(), |tensor, &dim| tensor.number(1, dim));
    dims.number(2, 1).text(8, name).bytes(9, &bytes)
}

/// A list of integers: `data_type` 7 is INT64.
pub(crate) fn integers(name: &str, values: &[i64]) -> Message {
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let tensor = Message::default().number(1, values.len() as i64);
    tensor.number(2, 7).text(8, name).bytes(9, &bytes)
}

/// An operation: input 1, output 2, name 3, `op_type` 4, attribute 5 (name 1, ints 8, type 20: INTS is 7).
pub(crate) fn node(op: &str, inputs: &[&str], output: &str, ints: &[(&str, &[i64])]) -> Message {
    let node = inputs
        .iter()
        .fold(Message::default(), |node, input| node.text(1, input));
    let attribute = |&(name, values): &(&str, &[i64])| {
        let attribute = Message::default().text(1, name);
        values
            .iter()
            .fold(attribute, |all, &value| all.number(8, value))
            .number(20, 7)
    };
    let attributes: Vec<_> = ints.iter().map(attribute).collect();
    node.text(2, output)
        .text(3, output)
        .text(4, op)
        .each(5, &attributes)
}

/// A value of floats: name 1, type 2 > `tensor_type` 1 > (`elem_type` 1, shape 2 > dim 1 > `dim_value` 1).
fn value(name: &str, shape: &[i64]) -> Message {
    let dim = |&size: &i64| Message::default().number(1, size);
    let dims: Vec<_> = shape.iter().map(dim).collect();
    let tensor = Message::default()
        .number(1, 1)
        .message(2, &Message::default().each(1, &dims));
    Message::default()
        .text(1, name)
        .message(2, &Message::default().message(1, &tensor))
}

/// A model: `ir_version` 1, `producer_name` 2, graph 7 (node 1, name 2, initializer 5, input 11, output 12),
/// `opset_import` 8 (version 2), `metadata_props` 14 (key 1, value 2).
pub(crate) fn model(
    nodes: &[Message],
    constants: &[Message],
    input: &[i64],
    outputs: &[(&str, &[i64])],
    names: Option<&str>,
) -> Vec<u8> {
    let outputs: Vec<_> = outputs
        .iter()
        .map(|(name, shape)| value(name, shape))
        .collect();
    let graph = Message::default()
        .each(1, nodes)
        .text(2, "test")
        .each(5, constants);
    let graph = graph
        .message(11, &value("images", input))
        .each(12, &outputs);
    let model = Message::default()
        .number(1, 8)
        .text(2, "aims tests")
        .message(7, &graph);
    let model = model.message(8, &Message::default().number(2, 17));
    let prop = |names| Message::default().text(1, "names").text(2, names);
    names
        .map(prop)
        .into_iter()
        .fold(model, |model, prop| model.message(14, &prop))
        .0
}
