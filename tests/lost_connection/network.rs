//! A stand-in for the network between PinDesk and the server for tests: a socket that hands everything
//! on, and can be cut at any byte.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::Builder;

use tempfile::TempDir;

/// The socket. Connections that are open when it is dropped are cut.
pub struct Network {
    folder: TempDir,
    inside: Arc<Inside>,
}

struct Inside {
    server: PathBuf,
    is_down: AtomicBool,
    /// The bytes that still pass, of what the server says and of what it is asked. Below zero: all.
    answers: AtomicI64,
    questions: AtomicI64,
    open: Mutex<Vec<UnixStream>>,
}

impl Network {
    /// A network to the server of a store, whose address names a socket.
    pub fn to(store: &Path) -> Self {
        let (there, port) = place(store);
        let server = Path::new(&there.replace("%2F", "/")).join(format!(".s.PGSQL.{port}"));
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(format!(".s.PGSQL.{port}"))).unwrap();
        let inside = Arc::new(Inside {
            server,
            is_down: AtomicBool::new(false),
            answers: AtomicI64::new(-1),
            questions: AtomicI64::new(-1),
            open: Mutex::default(),
        });
        let served = Arc::clone(&inside);
        start(move || {
            for client in listener.incoming() {
                served.connect(client.unwrap());
            }
        });
        Self { folder, inside }
    }

    /// The address of the same store through this network.
    pub fn address_of(&self, store: &Path) -> PathBuf {
        let (there, _) = place(store);
        let here = self.folder.path().to_str().unwrap().replace('/', "%2F");
        store.to_str().unwrap().replace(&there, &here).into()
    }

    /// Cuts all connections after the server has said this many bytes more.
    pub fn cut_after_answers(&self, bytes: usize) {
        let bytes = i64::try_from(bytes).unwrap();
        self.inside.answers.store(bytes, Ordering::SeqCst);
    }

    /// Cuts all connections after the server was asked this many bytes more.
    pub fn cut_after_questions(&self, bytes: usize) {
        let bytes = i64::try_from(bytes).unwrap();
        self.inside.questions.store(bytes, Ordering::SeqCst);
    }

    /// Lets everything pass, and returns whether a cut was still to come.
    pub fn let_pass(&self) -> bool {
        let answers = self.inside.answers.swap(-1, Ordering::SeqCst);
        let questions = self.inside.questions.swap(-1, Ordering::SeqCst);
        answers >= 0 || questions >= 0
    }

    /// Cuts all connections, and lets nobody connect until it is up again.
    pub fn go_down(&self) {
        self.inside.is_down.store(true, Ordering::SeqCst);
        self.cut();
    }

    pub fn come_up(&self) {
        self.inside.is_down.store(false, Ordering::SeqCst);
    }

    /// Cuts all connections.
    pub fn cut(&self) {
        self.inside.cut();
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.go_down();
    }
}

impl Inside {
    fn connect(self: &Arc<Self>, client: UnixStream) {
        if self.is_down.load(Ordering::SeqCst) {
            return;
        }
        let server = UnixStream::connect(&self.server).unwrap();
        let ends = [&client, &server].map(|end| end.try_clone().unwrap());
        self.open.lock().unwrap().extend(ends);
        let (from, to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
        let inside = Arc::clone(self);
        start(move || inside.hand_on(from, to, &inside.answers));
        let inside = Arc::clone(self);
        start(move || inside.hand_on(client, server, &inside.questions));
    }

    /// Hands bytes on as long as some may pass.
    fn hand_on(&self, mut from: UnixStream, mut to: UnixStream, left: &AtomicI64) {
        let mut block = [0; 4096];
        loop {
            let count = from.read(&mut block).unwrap_or(0);
            let all = i64::try_from(count).unwrap();
            let before = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                (left >= 0).then(|| (left - all).max(0))
            });
            let passes = before.map_or(count, |left| count.min(usize::try_from(left).unwrap()));
            let is_handed_on = to.write_all(&block[..passes]).is_ok();
            if passes < count {
                // Later connections pass.
                left.store(-1, Ordering::SeqCst);
                self.cut();
            }
            if count == 0 || passes < count || !is_handed_on {
                let _is_open = from.shutdown(Shutdown::Both);
                let _is_open = to.shutdown(Shutdown::Both);
                return;
            }
        }
    }

    fn cut(&self) {
        for end in self.open.lock().unwrap().drain(..) {
            let _is_open = end.shutdown(Shutdown::Both);
        }
    }
}

/// The folder of the socket and the port in the address of an open store.
fn place(store: &Path) -> (String, String) {
    let (_, rest) = store.to_str().unwrap().split_once('@').unwrap();
    let (place, _) = rest.split_once('/').unwrap();
    let (folder, port) = place.split_once(':').unwrap();
    (folder.to_owned(), port.to_owned())
}

fn start(work: impl FnOnce() + Send + 'static) {
    let thread = Builder::new().name("test-network".to_owned());
    thread.spawn(work).unwrap();
}
