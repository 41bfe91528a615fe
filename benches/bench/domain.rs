//! Decoding and merging, without HTTP and without a disk.

use std::collections::BTreeMap;
use std::time::Instant;

use cloudsmets::domain::decode::decode;
use cloudsmets::domain::identity::{DeviceId, HomeId};
use cloudsmets::domain::merge::{Change, Merge};
use cloudsmets::domain::units::Moment;

use crate::envelope::{START, message};
use crate::table::{Table, quantile};

const MESSAGES: i64 = 1_440;

pub(crate) fn measure(table: &mut Table) {
    let messages: Vec<_> = (0..MESSAGES).map(message).collect();
    let enqueued = Some(Moment::from_unix(START + 86_400));
    let mut rates: Vec<_> = (0..9)
        .map(|_| {
            let start = Instant::now();
            for message in &messages {
                std::hint::black_box(decode(message, enqueued).unwrap());
            }
            MESSAGES as f64 / start.elapsed().as_secs_f64()
        })
        .collect();
    table.row("decode, version 2 with six samples", quantile(&mut rates, 0.5), "messages/s", None);

    let device = DeviceId::new("device").unwrap();
    let changes: Vec<_> = messages
        .iter()
        .flat_map(|message| decode(message, enqueued).unwrap())
        .map(|observation| Change::Reported(device.clone(), observation))
        .collect();
    let zone = jiff::tz::TimeZone::get("Europe/London").unwrap();
    let mut rates: Vec<_> = (0..9)
        .map(|_| {
            let mut documents = BTreeMap::new();
            let batches: Vec<_> = changes.chunks(1_000).map(<[Change]>::to_vec).collect();
            let start = Instant::now();
            for batch in batches {
                let mut merge = Merge::new(HomeId::from(&device), batch, &zone);
                loop {
                    let missing = merge.missing_documents();
                    if missing.is_empty() {
                        break;
                    }
                    for id in missing {
                        let document = documents.get(&id).cloned();
                        merge.supply(id, document);
                    }
                }
                documents.extend(merge.finish().0);
            }
            changes.len() as f64 / start.elapsed().as_secs_f64()
        })
        .collect();
    table.row(
        "merge, a day in batches of 1,000",
        quantile(&mut rates, 0.5),
        "observations/s",
        None,
    );
}
