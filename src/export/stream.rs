//! The channel between an export and its reader.

use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::store::StoreError;

/// Why an export is incomplete.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The export was cut off, because its reader was too slow or its task ended early.
    #[error("the export was cut off")]
    CutOff,
}

enum Message {
    Chunk(Bytes),
    Failed(StoreError),
    /// The export is complete. If the channel closes without this message, it is not.
    End,
}

/// The chunks of an export.
pub struct ExportStream {
    receiver: mpsc::Receiver<Message>,
    has_ended: bool,
}

impl ExportStream {
    /// The next chunk; `None` after the last one. After an error there are no more chunks.
    pub async fn next(&mut self) -> Option<Result<Bytes, ExportError>> {
        if self.has_ended {
            return None;
        }
        let message = self.receiver.recv().await;
        self.has_ended = !matches!(message, Some(Message::Chunk(_)));
        match message {
            Some(Message::Chunk(chunk)) => Some(Ok(chunk)),
            Some(Message::Failed(error)) => Some(Err(error.into())),
            Some(Message::End) => None,
            None => Some(Err(ExportError::CutOff)),
        }
    }
}

/// The sending half. Dropping it before [`Self::finish`] cuts the stream off.
pub(super) struct ExportSender {
    sender: mpsc::Sender<Message>,
    stall_limit: Option<Duration>,
}

/// Creates a channel that holds one chunk, so that an export is never far ahead of its reader. A reader
/// that takes nothing for `stall_limit` is cut off.
pub(super) fn channel(stall_limit: Option<Duration>) -> (ExportSender, ExportStream) {
    let (sender, receiver) = mpsc::channel(1);
    (ExportSender { sender, stall_limit }, ExportStream { receiver, has_ended: false })
}

impl ExportSender {
    /// Waits until the channel has room and sends a chunk. An empty chunk is not sent.
    pub(super) async fn send(&self, chunk: Vec<u8>) -> Result<(), ExportError> {
        if chunk.is_empty() {
            return Ok(());
        }
        self.send_message(Message::Chunk(chunk.into())).await
    }

    /// Ends the stream with the result of the export.
    pub(super) async fn finish(self, result: Result<(), ExportError>) {
        let last = match result {
            Ok(()) => Message::End,
            Err(ExportError::Store(error)) => Message::Failed(error),
            Err(ExportError::CutOff) => return,
        };
        // A reader that has gone does not need the result.
        let _ = self.send_message(last).await;
    }

    /// Completes when the reader has gone.
    pub(super) async fn closed(&self) {
        self.sender.closed().await;
    }

    async fn send_message(&self, message: Message) -> Result<(), ExportError> {
        let sent = match self.stall_limit {
            Some(limit) => self.sender.send_timeout(message, limit).await.is_ok(),
            None => self.sender.send(message).await.is_ok(),
        };
        if sent { Ok(()) } else { Err(ExportError::CutOff) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_takes_nothing_for_a_minute_is_cut_off() {
        let (output, mut stream) = channel(Some(Duration::from_secs(60)));
        output.send(vec![1]).await.unwrap();
        assert!(matches!(output.send(vec![2]).await, Err(ExportError::CutOff)));
        output.finish(Err(ExportError::CutOff)).await;
        assert_eq!(stream.next().await.unwrap().unwrap(), Bytes::from_static(&[1]));
        assert!(matches!(stream.next().await, Some(Err(ExportError::CutOff))));
        assert!(stream.next().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_without_a_limit_gets_everything() {
        let (output, mut stream) = channel(None);
        let export = tokio::spawn(async move {
            output.send(vec![1]).await.unwrap();
            output.send(vec![2]).await.unwrap();
            output.finish(Ok(())).await;
        });
        tokio::time::sleep(Duration::from_secs(86_400)).await;
        for expected in [1, 2] {
            assert_eq!(stream.next().await.unwrap().unwrap(), Bytes::copy_from_slice(&[expected]));
        }
        assert!(stream.next().await.is_none());
        export.await.unwrap();
    }

    #[tokio::test]
    async fn an_export_whose_task_ends_early_is_not_complete() {
        let (output, mut stream) = channel(None);
        output.send(vec![1]).await.unwrap();
        drop(output);
        assert!(stream.next().await.unwrap().is_ok());
        assert!(matches!(stream.next().await, Some(Err(ExportError::CutOff))));
    }
}
