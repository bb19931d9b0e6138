//! Boxes: along a code, and upright around it. All in pixels.

/// A point.
pub(super) type Point = (f32, f32);

/// A box along a code: half its length to both sides of the centre, half its height up and down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) centre: Point,
    /// The direction of its length, as a vector of length 1.
    pub(super) along: Point,
    pub(super) half_length: f32,
    pub(super) half_height: f32,
}

impl Frame {
    /// The box in this direction around points; nothing around none.
    pub(super) fn around(points: impl Iterator<Item = Point>, angle: f32) -> Option<Self> {
        let along = (angle.cos(), angle.sin());
        let mut reach: Option<Bounds> = None;
        for (x, y) in points {
            let u = x * along.0 + y * along.1;
            let v = y * along.0 - x * along.1;
            reach = Some(reach.map_or(Bounds::at((u, v)), |reach| reach.with((u, v))));
        }
        let reach = reach?;
        let (u, v) = reach.centre();
        Some(Self {
            centre: (u * along.0 - v * along.1, u * along.1 + v * along.0),
            along,
            half_length: (reach.right - reach.left) / 2.0,
            half_height: (reach.bottom - reach.top) / 2.0,
        })
    }

    /// The direction of its height.
    pub(super) fn down(&self) -> Point {
        (-self.along.1, self.along.0)
    }

    /// The point that is so far from the centre, along its length and along its height.
    pub(super) fn at(&self, u: f32, v: f32) -> Point {
        let down = self.down();
        (
            self.centre.0 + u * self.along.0 + v * down.0,
            self.centre.1 + u * self.along.1 + v * down.1,
        )
    }

    /// How far a point is from the centre, along its length and along its height.
    pub(super) fn within(&self, (x, y): Point) -> Point {
        let (dx, dy) = (x - self.centre.0, y - self.centre.1);
        let down = self.down();
        (
            dx * self.along.0 + dy * self.along.1,
            dx * down.0 + dy * down.1,
        )
    }

    /// Whether a point is inside.
    pub(super) fn holds(&self, point: Point) -> bool {
        let (u, v) = self.within(point);
        u.abs() <= self.half_length && v.abs() <= self.half_height
    }

    /// Whether another box is this one, give or take half a block.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let off = [
            self.centre.0 - other.centre.0,
            self.centre.1 - other.centre.1,
            self.half_length - other.half_length,
            self.half_height - other.half_height,
        ];
        off.iter().all(|off| off.abs() <= 5.0)
    }

    /// The upright box around it.
    pub(super) fn bounds(&self) -> Bounds {
        let (u, v) = (self.half_length, self.half_height);
        let corners = [(-u, v), (u, -v), (u, v)].map(|(u, v)| self.at(u, v));
        let first = Bounds::at(self.at(-u, -v));
        corners.into_iter().fold(first, Bounds::with)
    }
}

/// An upright box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
    pub(super) bottom: f32,
}

impl Bounds {
    /// The box that is one point.
    pub(super) fn at((x, y): Point) -> Self {
        Self {
            left: x,
            top: y,
            right: x,
            bottom: y,
        }
    }

    /// The box around this one and a point.
    pub(super) fn with(self, (x, y): Point) -> Self {
        Self {
            left: self.left.min(x),
            top: self.top.min(y),
            right: self.right.max(x),
            bottom: self.bottom.max(y),
        }
    }

    /// The box around both.
    pub(super) fn united(self, other: Self) -> Self {
        self.with((other.left, other.top))
            .with((other.right, other.bottom))
    }

    /// The box with so much added on every side.
    pub(super) fn grown(self, by: f32) -> Self {
        Self {
            left: self.left - by,
            top: self.top - by,
            right: self.right + by,
            bottom: self.bottom + by,
        }
    }

    pub(super) fn centre(&self) -> Point {
        (
            f32::midpoint(self.left, self.right),
            f32::midpoint(self.top, self.bottom),
        )
    }

    /// The longer side.
    pub(super) fn longer(&self) -> f32 {
        (self.right - self.left).max(self.bottom - self.top)
    }

    pub(super) fn size(&self) -> f32 {
        (self.right - self.left).max(0.0) * (self.bottom - self.top).max(0.0)
    }

    /// What both cover.
    pub(super) fn common(self, other: Self) -> f32 {
        let both = Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        };
        both.size()
    }
}
