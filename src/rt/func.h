/* func.h - values at the border, and types written as text. */
#ifndef TN_RT_FUNC_H
#define TN_RT_FUNC_H

#include "rt/store.h"

tn_valkind tn_rt_kind_of(const tn_engine *engine, tn_valtype type);
/* The most general type of a kind; TN_VT_NONE for what is none. */
tn_valtype tn_rt_type_of_kind(tn_valkind kind);

/* Reads a value of `type` from its slot (v128: two). */
void tn_rt_val_read(const tn_engine *engine, tn_valtype type,
                    const uint64_t *slots, tn_val *out);
/* Writes one, if it is of that type: else TN_E_TYPE. A reference
 * that this store does not know is TN_E_MISUSE. */
tn_status tn_rt_val_write(struct tn_store *store, tn_valtype type,
                          const tn_val *value, uint64_t *slots, tn_error *err);

/* The slot of a reference of any kind; TN_E_MISUSE if this store does not know
 * it. */
tn_status tn_rt_ref_of(const struct tn_store *store, const tn_val *value,
                       uint64_t *out, tn_error *err);

/* "(i32, i64) -> f64" as a registered, retained type. TN_E_TYPE. */
tn_status tn_rt_type_parse(tn_engine *engine, const char *text,
                           const struct tn_type **out, tn_error *err);
void tn_rt_type_release(tn_engine *engine, const struct tn_type *type);

/* The old size, or UINT64_MAX. */
uint64_t tn_rt_table_grow_by(struct tn_table *table, uint64_t count,
                             uint64_t ref);

#endif
