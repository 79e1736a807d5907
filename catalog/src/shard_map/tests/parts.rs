//! Making maps, and taking parts of them.

use serde_json::json;
use zagg_udfs::cell::Convention;

use super::{granules, link, read, sample, signature, word};
use crate::{GranuleLink, GridSignature, ShardMap};

#[test]
fn from_pairs() {
    let pairs = [
        (9, link("s3://b/b.h5")),
        (3, link("s3://b/b.h5")),
        (9, link("s3://b/a.h5")),
        (9, link("s3://b/b.h5")),
        (3, link("/data/c.h5")),
    ];
    let map = ShardMap::from_pairs(signature(), pairs).unwrap();
    let ids = |i: usize| granules(&map, i).into_iter().map(|g| g.id.as_str()).collect::<Vec<_>>();
    assert_eq!((map.shards[0].cell, map.shards[0].key), (3, word(3, 6)));
    assert_eq!((ids(0), ids(1)), (vec!["b.h5", "c.h5"], vec!["a.h5", "b.h5"]));
    assert_eq!(map.metadata.get("total_shards").unwrap(), 2);
    assert_eq!(map.metadata.get("total_pairs").unwrap(), 4);
    assert!(map.warnings.is_empty());
    assert_eq!(ShardMap::from_json("m", &map.to_json()).unwrap(), map);
    assert_eq!(ShardMap::from_pairs(signature(), []).unwrap().shards, []);
}

#[test]
fn pairs_that_are_refused() {
    let refused =
        |cell, link| ShardMap::from_pairs(signature(), [(cell, link)]).unwrap_err().to_string();
    assert_eq!(
        refused(49_152, link("s3://b/a.h5")),
        "shard 49152 at order 6: cell 49152 does not exist at order 6: ids there are below 49152"
    );
    let nowhere = GranuleLink { id: "a.h5".to_owned(), ..GranuleLink::default() };
    assert_eq!(
        refused(1, nowhere),
        "`a.h5` names no granule: it has neither an s3 nor an https link, nor a path"
    );
    let two = [(1, link("s3://b/a.h5")), (1, link("s3://c/a.h5"))];
    let error = ShardMap::from_pairs(signature(), two).unwrap_err().to_string();
    assert_eq!(
        error,
        "shard map (made from pairs): shard 1 has the granule a.h5 with different links: \
         s3://b/a.h5 and s3://c/a.h5"
    );
}

#[test]
fn links() {
    let of = |url: &str| {
        let l = link(url);
        (l.id, l.s3.is_some(), l.https.is_some(), l.path)
    };
    assert_eq!(of("s3://b/x/a.h5"), ("a.h5".into(), true, false, None));
    assert_eq!(of("https://h/x/a.h5?sig=1"), ("a.h5".into(), false, true, None));
    assert_eq!(of("file:///x/a.h5"), ("a.h5".into(), false, false, Some("/x/a.h5".into())));
    assert_eq!(of("x/a.h5"), ("a.h5".into(), false, false, Some("x/a.h5".into())));
    let error = |url: &str| GranuleLink::from_url(url).unwrap_err().to_string();
    assert_eq!(error("s3://b/x/"), "`s3://b/x/` names no granule: it has no last part");
    assert_eq!(
        error("ftp://b/x"),
        "`ftp://b/x` names no granule: links begin with s3, https or file, not ftp"
    );
}

#[test]
fn grids_are_compared() {
    let map = read(&sample()).unwrap();
    map.check_grid(6, 12).unwrap();
    assert_eq!(
        map.check_grid(6, 13).unwrap_err().to_string(),
        "the shard map is of another grid: it has healpix nested, parent order 6, child order 12, \
         wanted is healpix nested, parent order 6, child order 13"
    );
    assert!(map.check_grid(5, 12).is_err());
    assert_eq!(
        GridSignature::new(13, 12).unwrap_err().to_string(),
        "a grid of parent order 13 and child order 12: order 13 is not at or above order 12: a \
         parent's order is the smaller number"
    );
}

#[test]
fn parts_of_a_map() {
    let map = read(&sample()).unwrap();
    let one = map.clone().select(47_000).unwrap();
    assert_eq!(one.shards[0].key, map.shards[1].key);
    assert_eq!(granules(&one, 0), granules(&map, 1));
    assert_eq!(one.metadata.get("total_pairs").unwrap(), 2);
    assert_eq!(
        map.clone().select(8).unwrap_err().to_string(),
        "no shard 8 in the map of 2 shards of healpix nested, parent order 6, child order \
         12, which run from 1234 to 47000"
    );
    let first = map.clone().truncate(1);
    assert_eq!((first.shards.len(), granules(&first, 0)), (1, granules(&map, 0)));
    // Granules that are in no shard any more are gone.
    assert_eq!((map.granules.len(), first.granules.len(), one.granules.len()), (3, 1, 2));
    assert_eq!(map.clone().truncate(9).shards, map.shards);
    let none = map.truncate(0);
    assert!(
        none.select(8)
            .unwrap_err()
            .to_string()
            .ends_with("of 0 shards of healpix nested, parent order 6, child order 12")
    );
}

#[test]
fn conventions() {
    let mut map = read(&sample()).unwrap();
    assert_eq!(map.convention(), None);
    map.set_convention(Convention::Authalic);
    assert_eq!(map.convention(), Some(Convention::Authalic));
    map.metadata.insert("latitude".to_owned(), json!("geodetic-spherical"));
    assert_eq!(map.convention(), Some(Convention::Sphere));
}
