mod atl06;
mod expressions;
mod faults;
mod filters;
mod keys;
mod statistics;

use super::{Config, ConfigError};

/// A configuration that is complete, to change one thing in.
const BASE: &str = r#"
data_source:
  groups: [gt1l, gt1r]
  coordinates: {latitude: "/{group}/lat", longitude: "/{group}/lon"}
  variables:
    h_li: "/{group}/h_li"
    s_li: "/{group}/sigma"
    flag: {path: "/{group}/conf", column: 2}
aggregation:
  variables:
    n: {function: len, source: h_li}
output:
  grid: {type: healpix, parent_order: 6, child_order: 12}
"#;

/// The base with one text replaced by another.
fn changed(from: &str, to: &str) -> Result<Config, ConfigError> {
    assert!(BASE.contains(from), "`{from}` is not in the base");
    Config::parse("base", &BASE.replacen(from, to, 1))
}

/// The message without the name of the configuration.
fn message(result: Result<Config, ConfigError>) -> String {
    match result {
        Ok(config) => panic!("accepted: {}", config.sql()),
        Err(e) => e.kind.to_string(),
    }
}

/// The base with its one variable replaced.
fn variable(yaml: &str) -> Result<Config, ConfigError> {
    changed("{function: len, source: h_li}", yaml)
}

/// The SQL of one expression, which must also be SQL to the parser of DataFusion.
fn expression(text: &str) -> Result<String, ConfigError> {
    let quoted = serde_json::Value::from(text);
    let config = variable(&format!("{{expression: {quoted}}}"))?;
    parses(&config.sql());
    Ok(config.variables[0].sql.clone())
}

/// The predicate of one filter expression.
fn condition(text: &str) -> Result<String, ConfigError> {
    let quoted = serde_json::Value::from(text);
    let filters = format!("  filters: [{{expression: {quoted}}}]\naggregation:");
    let config = changed("aggregation:", &filters)?;
    parses(&config.sql());
    Ok(config.filter_sql().unwrap())
}

/// The SQL is one statement to the parser that DataFusion uses.
fn parses(sql: &str) {
    use datafusion::sql::sqlparser::{dialect::GenericDialect, parser::Parser};
    let statements = Parser::parse_sql(&GenericDialect {}, sql);
    let statements = statements.unwrap_or_else(|e| panic!("{e}\n{sql}"));
    assert_eq!(statements.len(), 1, "{sql}");
}
