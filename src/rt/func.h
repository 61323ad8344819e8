/* func.h - values at the border, and types written as text. */
#ifndef TN_RT_FUNC_H
#define TN_RT_FUNC_H

#include "rt/store.h"

tn_valkind tn_rt_kind_of(tn_engine *engine, tn_valtype type);

/* Reads a value of `type` from its slot (v128: two). */
void tn_rt_val_read(tn_engine *engine, tn_valtype type, const uint64_t *slots,
                    tn_val *out);
/* Writes one, if it is of that type: else TN_E_TYPE. A reference to a
 * function of another store is TN_E_MISUSE. */
tn_status tn_rt_val_write(struct tn_store *store, tn_valtype type,
                          const tn_val *value, uint64_t *slots, tn_error *err);

/* "(i32, i64) -> f64" as a registered, retained type. TN_E_TYPE. */
tn_status tn_rt_type_parse(tn_engine *engine, const char *text,
                           const struct tn_type **out, tn_error *err);
void tn_rt_type_release(tn_engine *engine, const struct tn_type *type);

/* The old size, or UINT64_MAX. */
uint64_t tn_rt_table_grow_by(struct tn_table *table, uint64_t count,
                             uint64_t ref);

#endif
