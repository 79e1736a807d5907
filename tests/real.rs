//! Real granules against an independent oracle.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::{Float64Type, Int64Type};
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use tempfile::TempDir;
use zagg::StoreTable;
use zagg::run::Input;
use zagg::store::{StoreReader, Target};

use crate::support::{assert_same_objects, finish, objects, request, shared};

/// The six granules that the oracle was made from.
pub(crate) fn oracle_granules(data: &Path) -> Vec<String> {
    let names = [
        "ATL06_20230816161508_08782002_006_02.h5",
        "ATL06_20230816234629_08822013_006_01.h5",
        "DERIVED_ATL06_20190101003047_00540212.multichunk.h5",
        "processed_ATL06_20190222031203_08500210_001_01.h5",
        "processed_ATL06_20190222155404_08580211_001_01.h5",
        "processed_ATL06_20190222155947_08580212_001_01.h5",
    ];
    names.iter().map(|name| data.join("h5").join(name).to_str().unwrap().to_owned()).collect()
}

/// One row of numbers from a query.
async fn numbers(context: &SessionContext, sql: &str) -> Vec<f64> {
    let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
    let row = &batches[0];
    let number = |i: usize| {
        let column = row.column(i);
        match column.as_primitive_opt::<Int64Type>() {
            Some(ints) => ints.value(0) as f64,
            None => column.as_primitive::<Float64Type>().value(0),
        }
    };
    (0..row.num_columns()).map(number).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn six_real_granules_equal_the_oracle() {
    let Some(data) = shared("ZAGG_DATA", "data", "the oracle's granules") else { return };
    let Some(golden) = shared("ZAGG_GOLDEN", "golden", "the oracle") else { return };
    let dir = TempDir::new().unwrap();
    let store = dir.path().join("real.zarr");
    let summary = finish(request(Input::Granules(oracle_granules(&data)), &store)).await;
    assert!(summary.complete);
    assert_eq!(summary.granules_read, 6);

    let context = zagg::session().unwrap();
    let reader = StoreReader::open(Target::local(&store).unwrap()).await.unwrap();
    context.register_table("store", Arc::new(StoreTable::new(reader))).unwrap();
    let oracle = golden.join("atl06_real_o12.parquet");
    let options = ParquetReadOptions::default();
    context.register_parquet("oracle", oracle.to_str().unwrap(), options).await.unwrap();

    let totals = "SELECT count(*), sum(count) FROM store";
    assert_eq!(numbers(&context, totals).await, [3257.0, 268_535.0]);
    // Every cell and every value, as float32: the store's type.
    let same = |name: &str| {
        format!(
            "count(*) FILTER (WHERE s.{name} IS DISTINCT FROM nullif(CAST(o.{name} AS FLOAT), 'NaN'::FLOAT))"
        )
    };
    let exact = ["h_min", "h_max", "h_q25", "h_q50", "h_q75", "h_mean", "h_sigma", "h_variance"];
    let differing = exact.map(same).join(", ");
    let sql = format!(
        "SELECT count(*), count(*) FILTER (WHERE s.count <> o.count), {differing}
         FROM store s JOIN oracle o ON s.cell = o.cell_id"
    );
    let found = numbers(&context, &sql).await;
    let (cells, differing) = (found[0], &found[1..7]);
    assert_eq!(cells, 3257.0);
    assert_eq!(differing, [0.0; 6], "count, min, max and quantiles are exact");
    // Sums in another order may round to the neighbouring float32, seldom and never further.
    let near = ["h_mean", "h_sigma", "h_variance"].map(|name| {
        format!("max(abs(CAST(s.{name} AS DOUBLE) - o.{name}) / abs(o.{name})) FILTER (WHERE o.{name} <> 0)")
    });
    let sql =
        format!("SELECT {} FROM store s JOIN oracle o ON s.cell = o.cell_id", near.join(", "));
    for (relative, name) in
        numbers(&context, &sql).await.into_iter().zip(["mean", "sigma", "variance"])
    {
        // Half a unit in the last place of a float32, and the rounding of a double sum.
        assert!(relative < 6.1e-8, "h_{name} is off by {relative:e}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paged_copies_give_the_bytes_of_their_originals() {
    let Some(data) = shared("ZAGG_DATA", "data", "paged copies") else { return };
    let pairs = [
        (
            "ATL06_20230816161508_08782002_006_02.h5",
            "DERIVED_ATL06_20230816161508_08782002_006_02.paged8MiB.h5",
        ),
        (
            "DERIVED_ATL06_20190101003047_00540212.multichunk.h5",
            "DERIVED_ATL06_20190101003047_00540212.multichunk.paged8MiB.h5",
        ),
    ];
    let dir = TempDir::new().unwrap();
    for (i, (original, paged)) in pairs.into_iter().enumerate() {
        let stores = [original, paged].map(|name| {
            let link = data.join("h5").join(name).to_str().unwrap().to_owned();
            (link, dir.path().join(format!("{i}-{name}.zarr")))
        });
        for (link, store) in &stores {
            finish(request(Input::Granules(vec![link.clone()]), store)).await;
        }
        // The root document names the granules, which differ.
        for (_, store) in &stores {
            std::fs::remove_file(store.join("zarr.json")).unwrap();
        }
        assert!(objects(&stores[0].1).len() > 20);
        assert_same_objects(&stores[0].1, &stores[1].1);
    }
}
