//! What is refused, and what is put right.

use serde_json::json;
use zagg_udfs::cell::morton::{self, Kind};

use super::{message, read, sample, word};
use crate::ShardMap;

#[test]
fn keys_that_are_no_shards() {
    let with = |key: serde_json::Value| {
        let mut value = sample();
        value["shard_keys"][1] = key;
        message(&value)
    };
    let stray = word(7, 6) | 1 << 40;
    assert_eq!(
        with(json!(stray)),
        format!(
            "shard map m.json: `shard_keys[1]` is {stray}: Morton word {stray} is not canonical: it \
             has bits set below its order 6; expected {}",
            word(7, 6)
        )
    );
    let fine = word(7, 7);
    assert_eq!(
        with(json!(fine)),
        format!(
            "shard map m.json: `shard_keys[1]` is {fine}, a cell of order 7: expected the parent order 6"
        )
    );
    assert_eq!(
        with(json!(word(1234, 6))),
        format!(
            "shard map m.json: `shard_keys[1]` is {}, which `shard_keys[0]` is already",
            word(1234, 6)
        )
    );
    assert!(with(json!(0)).contains("`shard_keys[1]` is 0: Morton word 0 is the null word"));
    assert!(with(json!(13_u64 << 60)).contains("its leading four bits are 13"));
    assert_eq!(
        with(json!(-5)),
        "shard map m.json: `shard_keys[1]`: expected a Morton word, a whole number of 64 bits, found \
         the number -5"
    );
    assert_eq!(
        with(json!("x")),
        "shard map m.json: `shard_keys[1]`: expected a Morton word, a whole number of 64 bits, found \
         the text \"x\""
    );
    // A number that does not fit 64 bits is read as a float, and so is no word.
    assert!(with(json!(1.8e19)).contains("expected a Morton word"));
    let point = morton::from_nested(7, 29, Kind::Point).unwrap();
    assert!(with(json!(point)).contains("the word of a cell, not of a point"));
}

#[test]
fn parts_that_are_missing_or_do_not_match() {
    let without = |key: &str| {
        let mut value = sample();
        value.as_object_mut().unwrap().remove(key);
        message(&value)
    };
    assert_eq!(
        without("shard_keys"),
        "shard map m.json: `shard_keys`: expected a list of Morton words, found nothing"
    );
    assert_eq!(
        without("granules"),
        "shard map m.json: `granules`: expected a list of granules for each shard, found nothing"
    );
    assert_eq!(
        without("grid_signature"),
        "shard map m.json: `metadata.parent_order`: expected an order from 0 to 29, found nothing"
    );
    assert_eq!(
        message(&json!({"a": 1})),
        "shard map m.json: `(whole file)`: expected `grid_signature`, `shard_keys` and `granules`, \
         found an object without them"
    );
    assert_eq!(
        message(&json!([])),
        "shard map m.json: `(whole file)`: expected an object, found a list of 0"
    );
    let mut value = sample();
    value["granules"].as_array_mut().unwrap().pop();
    assert_eq!(
        message(&value),
        "shard map m.json: `granules`: expected a list of 2, one entry for each shard key, found a \
         list of 1"
    );
    let mut value = sample();
    value["aoi_mask"] = json!([[]]);
    assert_eq!(
        message(&value),
        "shard map m.json: `aoi_mask`: expected a list of 2, one entry for each shard key, found a \
         list of 1"
    );
    let error = ShardMap::from_json("m.json", "{").unwrap_err().to_string();
    assert!(error.starts_with("shard map m.json: not valid JSON: EOF"), "{error}");
}

#[test]
fn grids_that_are_not_read() {
    let with = |key: &str, to: serde_json::Value| {
        let mut value = sample();
        value["grid_signature"][key] = to;
        message(&value)
    };
    assert_eq!(
        with("type", json!("cubed")),
        "shard map m.json: `grid_signature.type`: expected `healpix` or `rectilinear`, found the \
         text \"cubed\""
    );
    assert_eq!(
        with("type", json!("rectilinear")),
        "shard map m.json: `grid_signature.crs`: expected the name of a projection, found nothing"
    );
    assert_eq!(
        with("indexing_scheme", json!("ring")),
        "shard map m.json: `grid_signature.indexing_scheme`: expected `nested`, found the text \"ring\""
    );
    assert_eq!(
        with("parent_order", json!(30)),
        "shard map m.json: `grid_signature.parent_order`: expected an order from 0 to 29, found the \
         number 30"
    );
    assert_eq!(
        with("child_order", json!(5)),
        "shard map m.json: `grid_signature.parent_order`: expected an order not above the child \
         order, found the number 6"
    );
}

#[test]
fn granules() {
    let with = |to: serde_json::Value| {
        let mut value = sample();
        value["granules"][1][1] = to;
        value
    };
    assert_eq!(
        message(&with(json!({"s3": "s3://b/b.h5"}))),
        "shard map m.json: `granules[1][1].id`: expected the name of a granule, found nothing"
    );
    assert_eq!(
        message(&with(json!({"id": "b.h5", "s3": null}))),
        "shard map m.json: `granules[1][1]`: expected an `s3` or `https` link, found none for b.h5"
    );
    assert_eq!(
        message(&with(json!({"id": "b.h5", "s3": 3}))),
        "shard map m.json: `granules[1][1].s3`: expected text, found the number 3"
    );
    assert_eq!(
        message(&with(json!({"id": "a.h5", "s3": "s3://other/a.h5"}))),
        "shard map m.json: shard 47000 has the granule a.h5 with different links: s3://b/a.h5 \
         https://h/a.h5 and s3://other/a.h5"
    );
    let again = json!({"id": "a.h5", "s3": "s3://b/a.h5", "https": "https://h/a.h5"});
    let map = read(&with(again)).unwrap();
    assert_eq!((map.shards[1].granules.len(), map.granules.len()), (1, 1));
    assert_eq!(map.warnings, ["m.json: 1 granules were listed twice in their shard"]);
}

#[test]
fn shards_without_granules_are_left_out() {
    let mut value = sample();
    value["granules"][0] = json!([]);
    let map = read(&value).unwrap();
    assert_eq!(map.shards.len(), 1);
    assert_eq!(map.warnings, ["m.json: 1 shards have no granules and were left out"]);
}

#[test]
fn older_forms() {
    let magg = |key: &str, order: u8| {
        message(&json!({"metadata": {"parent_order": order}, "catalog": {key: ["s3://b/a.h5"]}}))
    };
    assert!(magg("421132x", 6).contains(
        "`catalog.421132x`: expected a signed decimal Morton id, found the text \"421132x\""
    ));
    assert!(magg("4211325", 6).contains("`catalog.4211325` is 4211325: '4211325' is no Morton id"));
    assert!(magg("4211322", 7).contains("a cell of order 6: expected the parent order 7"));
    let rectilinear =
        json!({"metadata": {"grid_type": "rectilinear"}, "shard_keys": [], "granules": []});
    assert!(
        message(&rectilinear)
            .contains("not supported yet: shard maps of the grid type \"rectilinear\"")
    );
}
