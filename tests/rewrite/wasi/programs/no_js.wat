;; no_js.wat - JavaScript for Ruby, which is never asked for any: only numbers
;; that stand for Ruby's values, for which the values themselves will do.
(module
  (func (export "resource_new_rb-abi-value") (export "resource_get_rb-abi-value")
    (param i32) (result i32) (local.get 0))
  (func (export "resource_drop_js-abi-value") (param i32)))
