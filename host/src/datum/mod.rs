//! Values between Postgres and the component.

mod arrays;
mod epoch;
mod from_cell;
mod kind;
mod to_cell;

pub use from_cell::Target;
pub use kind::{Kind, kind_of};
pub use to_cell::{cell_of, cells_of_array};
