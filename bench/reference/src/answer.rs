//! Owns the API server's answers: their JSON, and the cells in it.
//! Never asks for one.

use crate::plan::{Column, Plan, Projection};
use crate::supabase::wrappers::types::Cell;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

pub type Rows = Vec<Vec<Option<Cell>>>;

#[derive(Default)]
pub struct Page {
    pub rows: Rows,
    /// Of the next page.
    pub token: Option<String>,
}

#[derive(Deserialize)]
struct List<T> {
    metadata: ListMeta,
    items: Vec<T>,
}

#[derive(Deserialize)]
struct ListMeta {
    #[serde(rename = "continue")]
    token: Option<String>,
}

#[derive(Deserialize)]
struct Table {
    metadata: ListMeta,
    rows: Vec<TableRow>,
}

#[derive(Deserialize)]
struct TableRow {
    cells: Vec<Box<RawValue>>,
}

#[derive(Default, Deserialize)]
struct Object {
    metadata: ObjectMeta,
    #[serde(default)]
    spec: Spec,
}

#[derive(Default, Deserialize)]
struct ObjectMeta {
    name: String,
    namespace: Option<String>,
    labels: Option<Box<RawValue>>,
}

#[derive(Default, Deserialize)]
struct Spec {
    #[serde(default)]
    containers: Vec<Container>,
}

#[derive(Deserialize)]
struct Container {
    image: Option<String>,
}

impl Page {
    pub fn read(plan: &Plan, body: &str) -> Result<Self, String> {
        if plan.single {
            let text: &RawValue = parse(body)?;
            return Ok(Self { rows: vec![whole_cells(plan, text)?], token: None });
        }
        if plan.projection == Projection::Names {
            let table: Table = owned(body)?;
            let rows = table.rows.into_iter().map(|row| name_cells(plan, &row));
            return Ok(Self { rows: rows.collect::<Result<_, _>>()?, token: table.metadata.token });
        }
        if plan.columns.contains(&Column::Object) {
            let list: List<&RawValue> = parse(body)?;
            let rows = list.items.into_iter().map(|text| whole_cells(plan, text));
            return Ok(Self { rows: rows.collect::<Result<_, _>>()?, token: list.metadata.token });
        }
        let list: List<Object> = owned(body)?;
        let rows = list.items.into_iter().map(|object| cells(plan, object, None));
        Ok(Self { rows: rows.collect(), token: list.metadata.token })
    }
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn owned<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    parse(text)
}

/// The first cell of a built-in kind's table is the name.
fn name_cells(plan: &Plan, row: &TableRow) -> Result<Vec<Option<Cell>>, String> {
    let name = row.cells.first().ok_or("a row without cells")?;
    let metadata = ObjectMeta {
        name: if plan.columns.is_empty() { String::new() } else { owned(name.get())? },
        namespace: plan.namespace.clone(),
        labels: None,
    };
    Ok(cells(plan, Object { metadata, spec: Spec::default() }, None))
}

fn whole_cells(plan: &Plan, text: &RawValue) -> Result<Vec<Option<Cell>>, String> {
    let object =
        if plan.columns == [Column::Object] { Object::default() } else { owned(text.get())? };
    Ok(cells(plan, object, Some(text.get())))
}

fn cells(plan: &Plan, object: Object, text: Option<&str>) -> Vec<Option<Cell>> {
    let Object { mut metadata, spec } = object;
    let mut image = spec.containers.into_iter().next().and_then(|container| container.image);
    let cell = |column: &Column| match column {
        Column::Name => Some(Cell::String(std::mem::take(&mut metadata.name))),
        Column::Namespace => metadata.namespace.take().map(Cell::String),
        Column::Image => image.take().map(Cell::String),
        Column::Labels => {
            metadata.labels.take().map(|it| Cell::Json(String::from(Box::<str>::from(it))))
        }
        Column::Object => text.map(|text| Cell::Json(with_type(plan, text))),
    };
    plan.columns.iter().map(cell).collect()
}

/// A list's items lack what the list says once for all of them.
fn with_type(plan: &Plan, object: &str) -> String {
    if plan.single {
        return object.to_owned();
    }
    let Plan { api_version, kind, .. } = plan;
    format!(r#"{{"apiVersion":"{api_version}","kind":"{kind}",{}"#, &object[1..])
}
