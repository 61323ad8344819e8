/* ruby.c - Ruby, as npm carries it: a library that wants JavaScript beside WASI.
 * It is told to run a text. */
#include <stdio.h>
#include <string.h>

#include "lib.h"

FROM("lib", "ruby-init: func(args: list<string>) -> ()")
void ruby_init(uint32_t at, uint32_t count);
FROM("lib", "rb-eval-string-protect: func(str: string) -> "
            "tuple<handle<rb-abi-value>, s32>")
uint32_t ruby_eval(uint32_t at, uint32_t size);

static const char script[] =
    "puts \"ruby #{RUBY_ENGINE} #{(1..25).inject(:*)}\"\n"
    "File.write('ruby.txt', (1..300).map { |i| i.to_s(i % 30 + 2) "
    "}.join(\"\\n\"))\n"
    "puts File.read('ruby.txt').sum, File.size('ruby.txt')\n"
    "puts Dir.children('.').sort.grep(/ruby/).inspect\n"
    "h = Hash.new(0); File.foreach('ruby.txt') { |l| h[l.size] += 1 }\n"
    "p h.sort\n"
    "begin; raise ArgumentError, 'as it should'; rescue => e; puts e.message; "
    "end\n"
    "begin; File.read('nothing'); rescue SystemCallError => e; puts e.class; "
    "end\n"
    "f = Fiber.new { 3.times { |i| Fiber.yield i * i }; :done }\n"
    "p 4.times.map { f.resume }\n"
    "p ENV['A'], (catch(:out) { 10.times { |i| throw :out, i if i == 7 } })\n"
    "$stdout.flush\n";

int main(void)
{
    static const char *const args[] = {"ruby.wasm", "-EUTF-8", "-e_=0"};
    struct {
        uint32_t at, size;
    } list[3];
    for (int i = 0; i < 3; i++) {
        list[i].size = (uint32_t)strlen(args[i]) + 1; /* with its zero */
        list[i].at = lend(args[i], list[i].size);
    }
    ruby_init(lend(list, sizeof list), 3);
    uint32_t size = sizeof script - 1;
    int32_t result[2];
    get(result, ruby_eval(lend(script, size), size), sizeof result);
    printf("ruby ended with %d\n", (int)result[1]);
    return 0;
}
