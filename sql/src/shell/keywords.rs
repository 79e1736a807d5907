//! The words of SQL that are worth completing and colouring.

const KEYWORDS: &str = "\
    ALL ANALYZE AND ANY AS ASC BEGIN BETWEEN BIGINT BOOLEAN BY CASE CAST CATALOG COLUMNS COPY \
    CREATE CROSS CUBE DATABASE DATE DEALLOCATE DELETE DESC DESCRIBE DISTINCT DOUBLE DROP ELSE \
    END EXCEPT EXCLUDE EXECUTE EXISTS EXPLAIN EXTERNAL EXTRACT FALSE FILTER FIRST FLOAT \
    FOLLOWING FORMAT FROM FULL FUNCTION FUNCTIONS GROUP GROUPING HAVING ILIKE IN INNER INSERT \
    INT INTERSECT INTERVAL INTO IS JOIN LAST LATERAL LEFT LIKE LIMIT LOCATION NATURAL NOT NULL \
    NULLS OFFSET ON OPTIONS OR ORDER OUTER OVER OVERWRITE PARTITION PARTITIONED PRECEDING \
    PREPARE QUALIFY RANGE RECURSIVE REPLACE RESET RIGHT ROLLUP ROW ROWS SCHEMA SELECT SET SETS \
    SHOW SOME STORED TABLE TABLES THEN TIME TIMESTAMP TO TRUE UNBOUNDED UNION UNNEST USING \
    VALUES VARCHAR VERBOSE VIEW WHEN WHERE WINDOW WITH WITHIN";

/// Words with which a statement begins.
const STATEMENTS: &str = "\
    COPY CREATE DEALLOCATE DELETE DESCRIBE DROP EXECUTE EXPLAIN INSERT PREPARE RESET SELECT SET \
    SHOW VALUES WITH";

/// All of them, in upper case and alphabetical order.
pub(crate) fn keywords() -> impl Iterator<Item = &'static str> + Clone {
    KEYWORDS.split_whitespace()
}

/// Those with which a statement begins.
pub(crate) fn statements() -> impl Iterator<Item = &'static str> + Clone {
    STATEMENTS.split_whitespace()
}

/// Whether `word` is one of them, in upper or lower case.
pub(crate) fn is_keyword(word: &str) -> bool {
    keywords().any(|keyword| keyword.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case() {
        assert!(keywords().is_sorted() && statements().is_sorted());
        assert!(is_keyword("select") && is_keyword("WITHIN") && !is_keyword("cell"));
        assert!(statements().all(is_keyword));
    }
}
