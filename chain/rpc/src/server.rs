//! Accepting connections, so many at a time.
use std::{future::Future, io, sync::Arc, time::Duration};

use axum::Extension;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    task::JoinSet,
};

use crate::{backend::Backend, config::RpcConfig, door::Door, http, published, relay::Caller};

/// How long open requests may take to end once the door closes.
const GRACE: Duration = Duration::from_secs(2);

/// Serves JSON-RPC and websocket on `listener` until `stop` resolves. Requests that are running then may end within
/// two seconds.
pub async fn serve(
    listener: TcpListener,
    backend: Arc<dyn Backend>,
    config: RpcConfig,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let loopback = listener.local_addr()?.ip().is_loopback();
    let seats = Arc::new(Semaphore::new(config.connections));
    let header_time = config.header_time;
    let door = Door::new(backend, config);
    let blocks = door.backend.subscribe();
    let mut tasks = JoinSet::new();
    let pump = tokio::spawn(published::pump(door.clone(), blocks));
    let (closing, closed) = watch::channel(());
    let routes = http::routes(door, loopback);
    tokio::pin!(stop);
    loop {
        // a seat first: further callers wait in the kernel's queue
        let seat = tokio::select! {
            () = &mut stop => break,
            Ok(seat) = seats.clone().acquire_owned() => seat,
        };
        let (stream, ip) = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => (stream, peer.ip()),
                Err(error) => {
                    // out of file descriptors, or a caller who left: neither ends the door
                    tracing::debug!(%error, "accept");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        while tasks.try_join_next().is_some() {}
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(routes.clone().layer(Extension(Caller(ip))));
        let mut closed = closed.clone();
        tasks.spawn(async move {
            let io = TokioIo::new(Seated {
                stream,
                _seat: seat,
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(header_time)
                .max_buf_size(64 << 10)
                .serve_connection(io, service)
                .with_upgrades();
            tokio::pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                _ = closed.changed() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::trace!(%error, "connection");
            }
        });
    }
    drop(listener);
    let _ = closing.send(());
    pump.abort();
    let ended = async { while tasks.join_next().await.is_some() {} };
    // those that take longer are cut off when the set is dropped
    let _ = tokio::time::timeout(GRACE, ended).await;
    Ok(())
}

pub use seated::Seated;

mod seated {
    //! A stream that keeps its seat for as long as it lives, also as a websocket.
    use std::{
        io,
        pin::Pin,
        task::{Context, Poll},
    };

    use tokio::{
        io::{AsyncRead, AsyncWrite, ReadBuf},
        net::TcpStream,
        sync::OwnedSemaphorePermit,
    };

    /// A connection and its seat.
    pub struct Seated {
        pub stream: TcpStream,
        pub _seat: OwnedSemaphorePermit,
    }

    impl AsyncRead for Seated {
        fn poll_read(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Pin::new(&mut self.stream).poll_read(cx, buf)
        }
    }

    impl AsyncWrite for Seated {
        fn poll_write(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &[u8],
        ) -> Poll<io::Result<usize>> {
            Pin::new(&mut self.stream).poll_write(cx, buf)
        }

        fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.stream).poll_flush(cx)
        }

        fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.stream).poll_shutdown(cx)
        }

        fn poll_write_vectored(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            bufs: &[io::IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
        }

        fn is_write_vectored(&self) -> bool {
            self.stream.is_write_vectored()
        }
    }
}
