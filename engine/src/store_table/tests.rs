//! Whatever is asked of a store, leaving out shards changes no answer.

use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use datafusion::datasource::MemTable;
use datafusion::physical_plan::displayable;
use datafusion::prelude::SessionContext;
use object_store::memory::InMemory;
use zagg_udfs::cell::morton::{self, Kind};

use super::StoreTable;
use crate::store::{
    Ellipsoid, Rows, StoreDtype, StoreReader, StoreSpec, StoreWriter, Target, VariableSpec,
};

const ORDER: u8 = 5;
const PARENT: u8 = 2;

/// Numbers that are the same everywhere (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn degrees(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.below(1_000_000) as f64 / 1e6
    }

    /// One filter, of any kind.
    fn filter(&mut self) -> String {
        let order = self.below(u64::from(ORDER) + 1) as u8;
        let ancestor = self.below(12 << (2 * order));
        let word = morton::from_nested(ancestor, order, Kind::Area).unwrap();
        let (lon, lat) = (self.degrees(-180.0, 180.0), self.degrees(-90.0, 90.0));
        let size = self.degrees(0.5, 40.0);
        match self.below(10) {
            0 => {
                format!("cell {} {}", ["<", "=", ">="][self.below(3) as usize], self.below(12_288))
            }
            1 => format!("healpix_parent(cell, 5, {order}) = {ancestor}"),
            2 => format!("healpix_parent(cell, 5, {order}) IN ({ancestor}, {}, 3)", self.below(40)),
            3 => format!("morton_contains({word}, morton)"),
            4 => format!("morton_parent(healpix_to_morton(cell, 5), {order}) >= {word}"),
            5 => format!("morton < {word}"),
            6 => format!("latitude BETWEEN {} AND {}", lat - size, lat + size),
            7 => format!("longitude BETWEEN {} AND {}", lon - size, lon + size),
            8 => format!("(longitude > {} OR longitude < {})", 180.0 - size, size - 180.0),
            // Corners at any place near: round a pole, over the antimeridian, or neither.
            _ => {
                let corner = |random: &mut Self| {
                    let lat = (lat + random.degrees(-size, size)).clamp(-90.0, 90.0);
                    format!("{} {lat}", lon + random.degrees(-size, size))
                };
                let corners = [corner(self), corner(self), corner(self)];
                let convention = ["", ", 'sphere'"][self.below(2) as usize];
                let ring = format!("{}, {}", corners.join(", "), corners[0]);
                format!("cell_in_polygon(cell, 5, 'POLYGON(({ring}))'{convention})")
            }
        }
    }
}

async fn world(ellipsoid: Ellipsoid) -> StoreReader {
    let target = Target::new(Arc::new(InMemory::new()), "world.zarr".into());
    let spec = StoreSpec {
        child_order: ORDER,
        parent_order: PARENT,
        ellipsoid,
        parents: (0..192).collect(),
        variables: vec![VariableSpec::new("n", StoreDtype::Int32)],
        morton: true,
        provenance: Default::default(),
    };
    let writer = StoreWriter::create(target.clone(), spec, false).await.unwrap();
    writer.finish(Default::default()).await.unwrap();
    StoreReader::open(target).await.unwrap()
}

async fn count(context: &SessionContext, table: &str, filter: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table} WHERE {filter}");
    let batches = context.sql(&sql).await.unwrap().collect().await.unwrap();
    batches[0].column(0).as_primitive::<Int64Type>().value(0)
}

#[tokio::test]
async fn no_row_is_lost_to_a_rule() {
    for ellipsoid in [Ellipsoid::Wgs84, Ellipsoid::Sphere] {
        let context = crate::session().unwrap();
        let table = StoreTable::with_rows(world(ellipsoid).await, Rows::Dense);
        context.register_table("pruned", Arc::new(table)).unwrap();
        let all = context.table("pruned").await.unwrap().collect().await.unwrap();
        let all = MemTable::try_new(all[0].schema(), vec![all]).unwrap();
        context.register_table("every", Arc::new(all)).unwrap();
        let mut random = Random(7);
        let (mut pruned, mut found) = (0, 0);
        for _ in 0..150 {
            let (a, b) = (random.filter(), random.filter());
            let filter = match random.below(5) {
                0 => format!("NOT {a}"),
                1 => format!("{a} AND {b}"),
                2 => format!("({a} OR {b})"),
                3 => format!("{a} AND NOT ({b})"),
                _ => a,
            };
            let expected = count(&context, "every", &filter).await;
            assert_eq!(count(&context, "pruned", &filter).await, expected, "{filter}");
            found += usize::from(expected > 0);
            let frame = context.sql(&format!("SELECT n FROM pruned WHERE {filter}")).await.unwrap();
            let plan = frame.create_physical_plan().await.unwrap();
            let plan = displayable(plan.as_ref()).indent(false).to_string();
            pruned += usize::from(!plan.contains("shards=192 of 192"));
        }
        assert!(pruned > 100 && found > 80, "{pruned} pruned, {found} with rows");
    }
}
