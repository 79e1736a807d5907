//! Decoded blocks, shared by all partitions of a scan within a bound.

use std::future::Future;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};
use lru::LruCache;
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::error::Result;

/// Names one decoded block: `(granule, beam, column, block)`.
pub(super) type BlockKey = (u32, u16, u16, u64);

/// A least-recently-used cache of decoded blocks.
///
/// Several partitions want the same block at about the same time, since a chunk of a track serves
/// neighbouring shards. The first to ask decodes it, the others wait for that one.
///
/// The bytes held are accounted in DataFusion's memory pool. When the pool refuses, older blocks go;
/// when none are left, a block is handed out without being kept.
#[derive(Debug)]
pub struct BlockCache {
    limit: usize,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    entries: LruCache<BlockKey, Entry>,
    bytes: usize,
    reservation: MemoryReservation,
}

#[derive(Debug, Default)]
struct Entry {
    slot: Arc<Slot>,
    /// What this entry counts for in `Held::bytes`: nothing while it is loading.
    charged: usize,
    /// Callers that are still expected to ask for it.
    uses: u32,
}

#[derive(Debug, Default)]
struct Slot {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Empty,
    Loading,
    Ready(ArrayRef),
}

impl BlockCache {
    /// A cache of at most `limit` bytes, accounted in `pool`.
    pub fn new(limit: usize, pool: &Arc<dyn MemoryPool>) -> Self {
        let reservation = MemoryConsumer::new("zagg decoded chunks").register(pool);
        Self {
            limit,
            held: Mutex::new(Held { entries: LruCache::unbounded(), bytes: 0, reservation }),
        }
    }

    /// The blocks of `keys`, in their order.
    ///
    /// `uses` tells of a block that is loaded now how many callers are going to ask for it, this one
    /// included: when they all have, it is let go. It is an expectation, and the result does not depend on
    /// it.
    ///
    /// `load` is called with the positions in `keys` that nobody has and nobody else is loading, and
    /// gives those blocks in that order. If it fails, whoever waits for them tries for himself.
    pub async fn get<F, Fut>(
        &self,
        keys: &[BlockKey],
        uses: impl Fn(&BlockKey) -> u32,
        load: F,
    ) -> Result<Vec<ArrayRef>>
    where
        F: Fn(Vec<usize>) -> Fut,
        Fut: Future<Output = Result<Vec<ArrayRef>>>,
    {
        let slots = self.slots(keys);
        let mut found: Vec<Option<ArrayRef>> = vec![None; keys.len()];
        loop {
            let mut claim = Claim { slots: &slots, mine: Vec::new() };
            let mut awaited = None;
            for (i, slot) in slots.iter().enumerate() {
                if found[i].is_some() {
                    continue;
                }
                let mut state = slot.state.lock();
                match &*state {
                    State::Ready(block) => found[i] = Some(Arc::clone(block)),
                    State::Loading => awaited = awaited.or(Some(slot)),
                    State::Empty => {
                        *state = State::Loading;
                        claim.mine.push(i);
                    }
                }
            }
            if !claim.mine.is_empty() {
                let mut blocks = load(claim.mine.clone()).await?.into_iter();
                claim.mine.retain(|&i| {
                    let Some(block) = blocks.next() else { return true };
                    // Before anybody else can have it, and count as one of its users.
                    self.charge(&keys[i], &block, uses(&keys[i]));
                    slots[i].become_state(State::Ready(Arc::clone(&block)));
                    found[i] = Some(block);
                    false
                });
            } else if let Some(slot) = awaited {
                slot.settled().await;
            } else {
                break;
            }
        }
        self.used(keys);
        Ok(found.into_iter().flatten().collect())
    }

    fn slots(&self, keys: &[BlockKey]) -> Vec<Arc<Slot>> {
        let mut held = self.held.lock();
        keys.iter()
            .map(|key| Arc::clone(&held.entries.get_or_insert(*key, Entry::default).slot))
            .collect()
    }

    /// One caller less to come for each of `keys`.
    fn used(&self, keys: &[BlockKey]) {
        let held = &mut *self.held.lock();
        for key in keys {
            // One that is loading is not the one that was used.
            let Some(entry) = held.entries.peek_mut(key).filter(|entry| entry.charged > 0) else {
                continue;
            };
            entry.uses = entry.uses.saturating_sub(1);
            if entry.uses == 0 {
                held.forget(key);
            }
        }
    }

    /// Makes room for `block`, or forgets it where there is none, or where nobody else wants it.
    fn charge(&self, key: &BlockKey, block: &ArrayRef, uses: u32) {
        let bytes = block.get_array_memory_size();
        let held = &mut *self.held.lock();
        // It may have been evicted while it was loading; then nobody would find it again.
        let Some(entry) = held.entries.peek_mut(key) else { return };
        if uses <= 1 {
            held.forget(key);
            return;
        }
        entry.uses = uses;
        while held.bytes + bytes > self.limit || held.reservation.try_grow(bytes).is_err() {
            let Some((evicted, entry)) = held.entries.pop_lru() else { return };
            held.bytes -= entry.charged;
            held.reservation.shrink(entry.charged);
            if evicted == *key {
                return;
            }
        }
        held.bytes += bytes;
        if let Some(entry) = held.entries.peek_mut(key) {
            entry.charged = bytes;
        }
    }
}

impl Held {
    fn forget(&mut self, key: &BlockKey) {
        let Some(entry) = self.entries.pop(key) else { return };
        self.bytes -= entry.charged;
        self.reservation.shrink(entry.charged);
    }
}

impl Slot {
    fn become_state(&self, state: State) {
        *self.state.lock() = state;
        self.changed.notify_waiters();
    }

    /// Waits until nobody is loading this block.
    async fn settled(&self) {
        let changed = self.changed.notified();
        tokio::pin!(changed);
        // Registered before the state is looked at, so that no change falls in between.
        changed.as_mut().enable();
        let loading = matches!(&*self.state.lock(), State::Loading);
        if loading {
            changed.await;
        }
    }
}

/// The blocks this caller has promised to load. A promise that is not kept, by an error or because the
/// query was cancelled, is given back.
struct Claim<'a> {
    slots: &'a [Arc<Slot>],
    mine: Vec<usize>,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        for i in self.mine.drain(..) {
            self.slots[i].become_state(State::Empty);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use arrow::array::UInt64Array;
    use datafusion::execution::memory_pool::{GreedyMemoryPool, UnboundedMemoryPool};

    use super::*;
    use crate::error::Error;

    fn block(value: u64) -> ArrayRef {
        Arc::new(UInt64Array::from(vec![value; 100]))
    }

    fn cache(limit: usize) -> BlockCache {
        BlockCache::new(limit, &(Arc::new(UnboundedMemoryPool::default()) as _))
    }

    async fn ask(cache: &BlockCache, blocks: &[u64], loads: &AtomicUsize) -> Vec<u64> {
        let keys: Vec<BlockKey> = blocks.iter().map(|b| (0, 0, 0, *b)).collect();
        let got = cache
            .get(
                &keys,
                |_| 9,
                |missing| async {
                    loads.fetch_add(missing.len(), Ordering::Relaxed);
                    tokio::task::yield_now().await;
                    Ok(missing.into_iter().map(|i| block(blocks[i])).collect())
                },
            )
            .await
            .unwrap();
        got.iter().map(|a| a.as_any().downcast_ref::<UInt64Array>().unwrap().value(0)).collect()
    }

    #[tokio::test]
    async fn a_block_is_loaded_once_and_given_in_order() {
        let (cache, loads) = (cache(1 << 20), AtomicUsize::new(0));
        assert_eq!(ask(&cache, &[3, 1, 3], &loads).await, [3, 1, 3]);
        assert_eq!(ask(&cache, &[1, 2, 3], &loads).await, [1, 2, 3]);
        assert_eq!(loads.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn callers_at_the_same_time_share_one_load() {
        let (cache, loads) = (cache(1 << 20), AtomicUsize::new(0));
        let (a, b) = tokio::join!(ask(&cache, &[1, 2], &loads), ask(&cache, &[2, 3], &loads));
        assert_eq!((a, b), (vec![1, 2], vec![2, 3]));
        assert_eq!(loads.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn a_block_is_let_go_with_its_last_use() {
        let (cache, loads) = (cache(1 << 20), AtomicUsize::new(0));
        let ask = async |uses: u32| {
            let load = |_| async {
                loads.fetch_add(1, Ordering::Relaxed);
                Ok(vec![block(7)])
            };
            cache.get(&[(0, 0, 0, 7)], |_| uses, load).await.unwrap();
            (loads.load(Ordering::Relaxed), cache.held.lock().bytes > 0)
        };
        assert_eq!(ask(2).await, (1, true));
        assert_eq!(ask(2).await, (1, false));
        assert_eq!(ask(1).await, (2, false));
        assert_eq!(ask(3).await, (3, true));
    }

    #[tokio::test]
    async fn the_oldest_block_goes_first() {
        let size = block(0).get_array_memory_size();
        let (cache, loads) = (cache(2 * size), AtomicUsize::new(0));
        ask(&cache, &[1, 2, 3], &loads).await;
        ask(&cache, &[2, 3], &loads).await;
        assert_eq!(loads.load(Ordering::Relaxed), 3);
        ask(&cache, &[1], &loads).await;
        assert_eq!(loads.load(Ordering::Relaxed), 4);
        assert!(cache.held.lock().bytes <= 2 * size);
    }

    #[tokio::test]
    async fn a_full_memory_pool_only_means_loading_again() {
        let pool: Arc<dyn MemoryPool> = Arc::new(GreedyMemoryPool::new(10));
        let (cache, loads) = (BlockCache::new(1 << 20, &pool), AtomicUsize::new(0));
        assert_eq!(ask(&cache, &[1], &loads).await, [1]);
        assert_eq!(ask(&cache, &[1], &loads).await, [1]);
        assert_eq!((loads.load(Ordering::Relaxed), pool.reserved()), (2, 0));
    }

    #[tokio::test]
    async fn a_failed_load_can_be_tried_again() {
        let cache = cache(1 << 20);
        let failed =
            cache.get(&[(0, 0, 0, 1)], |_| 9, |_| async { Err(Error::Request("no".into())) }).await;
        assert!(failed.is_err());
        assert_eq!(ask(&cache, &[1], &AtomicUsize::new(0)).await, [1]);
    }
}
