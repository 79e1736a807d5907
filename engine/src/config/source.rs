//! `data_source`: where in a granule the columns lie.

use super::error::ConfigErrorKind;
use super::filter;
use super::node::{Map, Node};
use super::suggest;

type Result<T> = std::result::Result<T, ConfigErrorKind>;

/// Where in a granule the rows and columns of the table lie.
///
/// Paths are templates: `{group}` stands for one of `groups`.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSource {
    /// HDF5 groups that hold rows: the beams of a granule, in the order of the file.
    pub groups: Vec<String>,
    /// Path of the geodetic latitude, in degrees.
    pub latitude: String,
    /// Path of the longitude, in degrees.
    pub longitude: String,
    /// The variables, then the datasets that only filters use. Names are unique.
    pub columns: Vec<Column>,
    /// How granules are reached.
    pub driver: Driver,
}

/// One column of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Name in the SQL, unquoted.
    pub name: String,
    /// Path template of the dataset.
    pub path: String,
    /// Which column of a two-dimensional dataset; `None` for a one-dimensional one.
    pub index: Option<u64>,
}

/// Which link of a granule is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Driver {
    /// `s3://` links.
    #[default]
    S3,
    /// `https://` links.
    Https,
    /// `s3://` links where the bucket can be read from here, and `https://` links otherwise: one byte of a
    /// granule of each bucket is asked for, to see.
    Auto,
    /// Files of this machine.
    Local,
}

impl Driver {
    /// The driver of that name: `s3`, `https`, `auto` or `local`.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "s3" => Self::S3,
            "https" => Self::Https,
            "auto" => Self::Auto,
            "local" => Self::Local,
            _ => return None,
        })
    }
}

/// Columns that every table of granules has besides the declared ones.
const OWN_COLUMNS: [&str; 6] = ["latitude", "longitude", "granule", "beam", "cell", "shard"];
const READERS: [&str; 3] = ["h5coro", "h5py", "hdf5"];
const DRIVERS: [&str; 4] = ["s3", "https", "auto", "local"];

/// Known keys that change how zagg reads, not what.
const NO_EFFECT: [(&str, &str); 6] = [
    ("index", "a granule index is named by `index` at the top of the file"),
    ("credentials_provider", "credentials are chosen by the host or bucket of a link"),
    ("read_workers", "reading is bounded by the session's own settings"),
    ("shard_workers", "reading is bounded by the session's own settings"),
    ("granule_workers", "reading is bounded by the session's own settings"),
    ("write_buffer", "writing is bounded by the session's own settings"),
];

/// Known keys that change what is read.
const NOT_YET: [(&str, &str); 8] = [
    ("levels", "variables of several rates in one granule"),
    ("base_level", "variables of several rates in one granule"),
    ("read_plan", "reading base-rate rows by way of a coarser level"),
    ("assets", "joining a granule to a sibling product"),
    ("bands", "raster sources"),
    ("nodata", "raster sources"),
    ("collections", "temporal sources"),
    ("static_data", "temporal sources"),
];

impl DataSource {
    /// The dataset of a path template in one group.
    pub fn path_in(template: &str, group: &str) -> String {
        template.replace("{group}", group)
    }

    /// The datasets of one group: latitude, longitude, then the columns in order.
    pub fn paths_in(&self, group: &str) -> Vec<String> {
        let columns = self.columns.iter().map(|column| &column.path);
        let templates = [&self.latitude, &self.longitude].into_iter().chain(columns);
        templates.map(|template| Self::path_in(template, group)).collect()
    }
}

pub(super) fn read(
    node: Node<'_>,
    warnings: &mut Vec<String>,
) -> Result<(DataSource, Vec<String>)> {
    let mut map = node.map()?;
    for (key, what) in NOT_YET {
        if let Some(n) = map.optional(key) {
            return Err(n.unsupported(what));
        }
    }
    for (key, why) in NO_EFFECT {
        if let Some(n) = map.optional(key) {
            warnings.push(format!("`{}` has no effect: {why}", n.path));
        }
    }
    if let Some(n) = map.optional("reader") {
        one_of(&n, "reader", &READERS)?;
    }
    let driver = map.optional("driver").map(|n| one_of(&n, "driver", &DRIVERS)).transpose()?;
    let driver = driver.and_then(Driver::named).unwrap_or_default();
    let groups = groups(&map.required("groups", "a list of HDF5 groups, as [gt1l, gt1r]")?)?;
    let mut coordinates = map.required("coordinates", "`latitude` and `longitude`")?.map()?;
    let latitude = template(&coordinates.required("latitude", "a dataset path")?, &groups)?;
    let longitude = template(&coordinates.required("longitude", "a dataset path")?, &groups)?;
    if let Some(n) = coordinates.optional("level") {
        return Err(n.unsupported("coordinates of another rate than the variables"));
    }
    coordinates.finish()?;
    let mut source = DataSource { groups, latitude, longitude, columns: Vec::new(), driver };
    let variables = map.required("variables", "columns as `name: path`")?;
    read_variables(&variables, &mut source)?;
    let filters = read_filters(&mut map, &mut source, warnings)?;
    map.finish()?;
    Ok((source, filters))
}

fn read_variables(node: &Node<'_>, source: &mut DataSource) -> Result<()> {
    for (name, node) in node.map()?.entries() {
        let column = variable(name, &node, &source.groups)?;
        let is_coordinate = column.index.is_none()
            && (name == "latitude" && column.path == source.latitude
                || name == "longitude" && column.path == source.longitude);
        if is_coordinate {
            continue;
        }
        if OWN_COLUMNS.contains(&name) {
            return Err(node.invalid(format!("the table has a column `{name}` already")));
        }
        source.columns.push(column);
    }
    Ok(())
}

fn read_filters(
    map: &mut Map<'_>,
    source: &mut DataSource,
    warnings: &mut Vec<String>,
) -> Result<Vec<String>> {
    let quality = map.optional("quality_filter");
    let Some(filters) = map.optional("filters") else {
        return quality.map(|n| filter::quality(&n, source)).into_iter().collect();
    };
    if let Some(n) = quality {
        warnings.push(format!("`{}` has no effect: `filters` takes its place", n.path));
    }
    filter::list(&filters, source)
}

/// A variable is a path, or a path with the column of a two-dimensional dataset.
fn variable(name: &str, node: &Node<'_>, groups: &[String]) -> Result<Column> {
    if node.as_str().is_some() {
        let path = template(node, groups)?;
        return Ok(Column { name: name.to_owned(), path, index: None });
    }
    if !node.value().is_mapping() {
        return Err(node.wrong_type("a dataset path, or {path, column}"));
    }
    let mut map = node.map()?;
    for key in ["level", "asset", "synthesize", "start", "stop"] {
        if let Some(n) = map.optional(key) {
            return Err(n.unsupported("variables of another rate or another product"));
        }
    }
    let path = template(&map.required("path", "a dataset path")?, groups)?;
    let index = map.optional("column").map(|n| n.index(u32::MAX.into())).transpose()?;
    map.finish()?;
    Ok(Column { name: name.to_owned(), path, index })
}

/// A path with at most the placeholder `{group}`, which it needs when there are several groups.
pub(super) fn template(node: &Node<'_>, groups: &[String]) -> Result<String> {
    let path = node.str()?;
    let rest = path.replace("{group}", "");
    if rest.contains(['{', '}']) {
        return Err(node.invalid(format!("`{path}`: the only placeholder is `{{group}}`")));
    }
    if rest.len() == path.len() && groups.len() > 1 {
        return Err(node.invalid(format!(
            "`{path}` names one dataset for {} groups; put `{{group}}` where they differ",
            groups.len()
        )));
    }
    if path.ends_with('/') {
        return Err(node.invalid(format!("`{path}` is no dataset: it ends in `/`")));
    }
    Ok(path.to_owned())
}

fn groups(node: &Node<'_>) -> Result<Vec<String>> {
    let mut groups: Vec<String> = Vec::new();
    for item in node.list()? {
        let group = item.str()?.trim_matches('/').to_owned();
        if group.is_empty() || group.contains(['{', '}']) {
            return Err(item.wrong_type("the name of a group"));
        }
        if groups.contains(&group) {
            return Err(item.invalid(format!("the group `{group}` is listed twice")));
        }
        groups.push(group);
    }
    if groups.is_empty() { Err(node.wrong_type("at least one group")) } else { Ok(groups) }
}

fn one_of<'a>(node: &Node<'a>, what: &str, known: &[&'static str]) -> Result<&'a str> {
    let text = node.str()?;
    if known.contains(&text) {
        return Ok(text);
    }
    let all = known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
    let near = suggest::nearest(text, known.iter().copied());
    let near = near.map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
    Err(node.invalid(format!("unknown {what} `{text}`; known: {all}{near}")))
}

pub(super) fn is_own_column(name: &str) -> bool {
    OWN_COLUMNS.contains(&name)
}
