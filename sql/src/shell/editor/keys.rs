//! Keys with a meaning of ours.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustyline::history::History;
use rustyline::{
    Cmd, ConditionalEventHandler, Editor, Event, EventContext, EventHandler, Helper, KeyEvent,
    RepeatCount,
};

/// Whether the line was empty when Ctrl-C was pressed, which the editor does not tell.
#[derive(Debug, Clone, Default)]
pub(super) struct EmptyLine(Arc<AtomicBool>);

impl EmptyLine {
    pub(super) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl ConditionalEventHandler for EmptyLine {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, ctx: &EventContext<'_>) -> Option<Cmd> {
        self.0.store(ctx.line().trim().is_empty(), Ordering::Relaxed);
        Some(Cmd::Interrupt)
    }
}

/// Binds them.
pub(super) fn bind<H: Helper, I: History>(editor: &mut Editor<H, I>, empty: &EmptyLine) {
    editor.bind_sequence(KeyEvent::ctrl('C'), EventHandler::Conditional(Box::new(empty.clone())));
}
