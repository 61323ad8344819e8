// words.rs - libwords.so: a library in Rust, without std, that counts words.
//
// Its memory is liballoc.so's, its output the program's; both are other modules,
// in C. Built for Emscripten's triple, whose position-independent code is the
// only one that rustc 1.63 makes for WebAssembly.
#![no_std]
#![feature(alloc_error_handler, panic_info_message)]

extern crate alloc;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::alloc::{GlobalAlloc, Layout};
use core::sync::atomic::{AtomicUsize, Ordering};

extern "C" {
    fn os_alloc(size: usize) -> *mut u8;
    fn os_free(at: *mut u8);
    fn speak(text: *const u8, size: usize);
    fn give_up() -> !;
    static mut spoken: i32; // lines, counted by the program
}

struct Heap;
static LIVE: AtomicUsize = AtomicUsize::new(0);

unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Ordering::Relaxed);
        os_alloc(layout.size())
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        os_free(at)
    }
}

#[global_allocator]
static HEAP: Heap = Heap;

fn say(text: &str) {
    unsafe { speak(text.as_ptr(), text.len()) }
}

#[panic_handler]
fn panicked(info: &core::panic::PanicInfo) -> ! {
    match info.message() {
        Some(message) => say(&format!("panic: {}", message)),
        None => say("panic"),
    }
    unsafe { give_up() }
}

#[alloc_error_handler]
fn no_memory(layout: Layout) -> ! {
    panic!("no {} bytes", layout.size())
}

// What a table of words can be asked for; chosen when it is made.
trait Rule {
    fn admits(&self, word: &str) -> bool;
    fn name(&self) -> String;
}
struct All;
struct Longer(usize);
struct Chosen {
    by: extern "C" fn(*const u8, usize) -> bool,
}

impl Rule for All {
    fn admits(&self, _: &str) -> bool {
        true
    }
    fn name(&self) -> String {
        String::from("all")
    }
}
impl Rule for Longer {
    fn admits(&self, word: &str) -> bool {
        word.chars().count() > self.0
    }
    fn name(&self) -> String {
        format!("longer than {}", self.0)
    }
}
impl Rule for Chosen {
    fn admits(&self, word: &str) -> bool {
        (self.by)(word.as_ptr(), word.len())
    }
    fn name(&self) -> String {
        String::from("chosen by the program")
    }
}

pub struct Words {
    counts: BTreeMap<String, u32>,
    rule: Box<dyn Rule>,
}

impl Drop for Words {
    fn drop(&mut self) {
        say(&format!("dropped {} words", self.counts.len()));
    }
}

fn new_words(rule: Box<dyn Rule>) -> *mut Words {
    Box::into_raw(Box::new(Words { counts: BTreeMap::new(), rule }))
}

#[no_mangle]
pub extern "C" fn words_new(longer_than: usize) -> *mut Words {
    match longer_than {
        0 => new_words(Box::new(All)),
        n => new_words(Box::new(Longer(n))),
    }
}

#[no_mangle]
pub extern "C" fn words_chosen(by: extern "C" fn(*const u8, usize) -> bool) -> *mut Words {
    new_words(Box::new(Chosen { by }))
}

/// # Safety
/// `text` are `size` bytes.
#[no_mangle]
pub unsafe extern "C" fn words_add(words: *mut Words, text: *const u8, size: usize) -> usize {
    let words = &mut *words;
    let text = core::str::from_utf8(core::slice::from_raw_parts(text, size)).expect("text");
    let before = words.counts.len();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        if words.rule.admits(word) {
            *words.counts.entry(word.to_lowercase()).or_insert(0) += 1;
        }
    }
    words.counts.len() - before
}

/// # Safety
/// `words` comes from here.
#[no_mangle]
pub unsafe extern "C" fn words_report(words: *const Words) {
    let words = &*words;
    let mut order: Vec<(&String, &u32)> = words.counts.iter().collect();
    order.sort_by_key(|(word, count)| (core::cmp::Reverse(**count), (*word).clone()));
    say(&format!("{}, {} words, {:.3} on average", words.rule.name(), order.len(),
        order.iter().map(|(_, n)| **n as f64).sum::<f64>() / order.len() as f64));
    for (word, count) in order.iter().take(4) {
        say(&format!("{:>10} {:<3}|", word, count));
    }
    spoken += 100;
}

/// # Safety
/// `words` comes from here, and is used no more.
#[no_mangle]
pub unsafe extern "C" fn words_free(words: *mut Words) {
    drop(Box::from_raw(words));
}

#[no_mangle]
pub extern "C" fn words_live() -> usize {
    LIVE.load(Ordering::Relaxed)
}

extern "C" fn twice(n: i32) -> i32 {
    n.checked_mul(2).expect("too much to double")
}

/// A function of this library's, for others to call.
#[no_mangle]
pub extern "C" fn words_function() -> extern "C" fn(i32) -> i32 {
    twice
}

#[no_mangle]
pub extern "C" fn words_is_own(function: extern "C" fn(i32) -> i32) -> bool {
    function as usize == twice as extern "C" fn(i32) -> i32 as usize
}
