#include "read_back.h"

TEST(types_read_back_as_they_were_grouped)
{
    check_text_back("(module (type (func (param i32 i64) (result f32 f64)))"
                    "(rec) (rec (type (struct))) "
                    "(rec (type $a (sub (struct (field (ref null $b))))) "
                    "(type $b (sub $a (struct (field (ref null $b)) "
                    "(field $x (mut i8)) (field i16 v128)))))"
                    "(type (sub final $b (struct (field (ref null $b)) "
                    "(field (mut i8)) (field i16 v128))))"
                    "(type (array (mut (ref any)))) (type (array i8)))");
}

TEST(every_heap_type_reads_back)
{
    check_text_back(
        "(module (type $t (func)) (func (param (ref $t) (ref null $t) anyref "
        "eqref i31ref structref arrayref nullref funcref nullfuncref externref "
        "nullexternref exnref nullexnref (ref any) (ref eq) (ref i31) "
        "(ref struct) (ref array) (ref none) (ref func) (ref nofunc) "
        "(ref extern) (ref noextern) (ref exn) (ref noexn))))");
}

TEST(what_has_only_a_type_reads_back)
{
    check_text_back(
        "(module (type $f (func (param i32)))"
        "(import \"a\" \"\\00\\u{e9}\" (func $i (type $f)))"
        "(import \"\" \"t\" (table i64 1 2 (ref null $f)))"
        "(import \"\" \"m\" (memory 1 2 shared))"
        "(import \"\" \"g\" (global (mut externref)))"
        "(import \"\" \"e\" (tag (type $f)))"
        "(memory i64 0) (memory 0 (pagesize 1)) (memory 3 4)"
        "(table 0 funcref) (table 2 (ref $f) (ref.func $i)) (tag (type $f))"
        "(global i64 (i64.const -1)) (export \"x\" (func $i)) "
        "(export \"\" (memory 1)) (export \"t\" (tag 1)))");
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
