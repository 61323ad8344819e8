/* advise_judge.c - verdicts of all ways, and the first rule that fits.
 *
 *   1  one memory is wanted, and all can be moved        linked
 *   2  they do not talk                                  isolated
 *   3  threads share a memory, or the host owns it       isolated
 *   4  they talk in numbers                              merged-multi, or
 *                                                        isolated
 *   5  they talk in pointers, and cannot be moved        composed */
#include "rewrite/advise_judge.h"

static const char *features_text(struct tn_advice *a, uint64_t features)
{
    const char *text = "";
    for (int i = 1; i < TN_FEATURE_COUNT; i++)
        if ((features & TN_FEATURE_BIT(i)) != 0)
            text =
                tn_rw_say(&a->pen, "%s%s%s", text, text[0] == '\0' ? "" : ", ",
                          tn_feature_name((tn_feature)i));
    return text;
}

static uint64_t features_of(const struct tn_advice *a, tn_way way)
{
    uint64_t features = 0;
    for (uint32_t i = 0; i < a->count; i++)
        features |= a->facts[i].pub.features;
    bool is_merged = way == TN_WAY_MERGED_MULTI || way == TN_WAY_MERGED_SINGLE;
    uint32_t memories = tn_rw_memory_count(a);
    if (tn_rw_needs_shims(a))
        memories++; /* the one that the host sees */
    if (way == TN_WAY_MERGED_MULTI && memories > 1)
        features |= TN_FEATURE_BIT(TN_FEATURE_MULTI_MEMORY);
    if (is_merged && tn_rw_table_count(a) > 1)
        features |= TN_FEATURE_BIT(TN_FEATURE_REFERENCE_TYPES);
    if (way == TN_WAY_MERGED_SINGLE)
        features &= ~TN_FEATURE_BIT(TN_FEATURE_MULTI_MEMORY);
    return features;
}

/* What does not run there need not be judged further, so it stands first. */
static void judge_target(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    tn_verdict *v = j->verdict;
    v->runs_on_target = true;
    if (a->target == NULL || (v->features & ~a->target->features) == 0)
        return;
    const char *missing = features_text(a, v->features & ~a->target->features);
    v->runs_on_target = false;
    tn_rw_find_first(j, (tn_evidence){TN_NONE, TN_NO_OFFSET,
                                      tn_rw_say(&a->pen, "%s lacks %s",
                                                a->target->title, missing)});
}

static bool judge_way(struct tn_advice *a, tn_way way)
{
    static void (*const judges[])(struct tn_rw_judging *) = {
        tn_rw_judge_isolated, tn_rw_judge_linked, tn_rw_judge_merged_multi,
        tn_rw_judge_merged_single, tn_rw_judge_composed};
    struct tn_rw_judging j = {a, &a->verdicts[way], NULL};
    j.reasons = TN_NEW_ARRAY(&a->arena, tn_evidence, TN_RW_MAX_REASONS + 1);
    if (j.reasons == NULL)
        return false;
    *j.verdict = (tn_verdict){.way = way, .reasons = j.reasons};
    j.verdict->in_build = way == TN_WAY_ISOLATED;
    judges[way](&j);
    j.verdict->features = features_of(a, way);
    j.verdict->needs = features_text(a, j.verdict->features);
    judge_target(&j);
    if (j.verdict->kind == TN_VERDICT_SOUND && j.verdict->in_build)
        j.verdict->command = tn_rw_advise_command(a, way);
    return true;
}

/* --- The rule that decides --------------------------------------------------------- */

static bool is_possible(const struct tn_advice *a, tn_way way)
{
    return a->verdicts[way].kind == TN_VERDICT_SOUND &&
           a->verdicts[way].runs_on_target;
}

static bool wants_one_memory(const struct tn_advice *a)
{
    bool all_linked = true, has_objects = false;
    for (uint32_t i = 0; i < a->count; i++) {
        all_linked &= tn_rw_is_linked(&a->facts[i]);
        has_objects |= a->facts[i].pub.is_object;
    }
    return all_linked || has_objects || tn_rw_passes_pointer(a) ||
           tn_rw_passes_funcref(a);
}

static bool has_owned_memory(const struct tn_advice *a)
{
    for (uint32_t i = 0; i < a->count; i++)
        if (a->memories[i].kind == TN_RW_ID_HOST)
            return true;
    return tn_rw_threads_of(a) != TN_NONE;
}

static void choose_this(struct tn_advice *a, tn_way way, const char *why)
{
    a->way = way;
    a->why = why;
}

static const char *none_text(const struct tn_advice *a)
{
    for (int way = 0; way < TN_WAY_COUNT; way++)
        if (a->verdicts[way].kind == TN_VERDICT_SOUND)
            return "no rule: what is sound does not run on the target";
    return "no rule: no way is sound for these modules as they are";
}

static void choose_way(struct tn_advice *a)
{
    if (wants_one_memory(a) && is_possible(a, TN_WAY_LINKED))
        choose_this(
            a, TN_WAY_LINKED,
            "rule 1: one memory is wanted, and each can be moved: link");
    else if (!tn_rw_talks(a) && is_possible(a, TN_WAY_ISOLATED))
        choose_this(
            a, TN_WAY_ISOLATED,
            a->count == 1
                ? "rule 2: one module: it runs as it is"
                : "rule 2: they do not call one another: an instance each");
    else if (has_owned_memory(a) && is_possible(a, TN_WAY_ISOLATED))
        choose_this(a, TN_WAY_ISOLATED,
                    "rule 3: threads share a memory, or the host owns it: an "
                    "instance each");
    else if (is_possible(a, TN_WAY_MERGED_MULTI))
        choose_this(a, TN_WAY_MERGED_MULTI,
                    "rule 4: they pass numbers only: one module with all their "
                    "memories");
    else if (is_possible(a, TN_WAY_ISOLATED))
        choose_this(
            a, TN_WAY_ISOLATED,
            "rule 4: they pass numbers only: an instance each, wired by "
            "the host");
    else if (is_possible(a, TN_WAY_COMPOSED))
        choose_this(
            a, TN_WAY_COMPOSED,
            "rule 5: they pass pointers, and cannot be moved: components, "
            "which copy");
    else
        choose_this(a, TN_WAY_COUNT, none_text(a));
}

tn_status tn_rw_advise_judge(struct tn_advice *a, tn_error *err)
{
    for (int way = 0; way < TN_WAY_COUNT; way++)
        if (!judge_way(a, (tn_way)way))
            return tn_no_memory(err);
    choose_way(a);
    return TN_OK;
}
