/* copydesk/plugin.h: the whole contract between the daemon and a plugin. C11, no dependencies.
 *
 * Growth    cd_string, cd_bytes, cd_span, cd_value, cd_field, cd_patch and cd_result are frozen for ever. Every other
 *           struct begins with its `size`, only grows at its end, and is reached by pointer: a reader uses no member
 *           that lies beyond the size it finds. New features are extensions, asked for by name.
 * Memory    Whoever allocates frees. What a call hands over is borrowed until that call returns, or, for a sink's
 *           batch, until the ticket is done.
 * Threads   [control] one at a time, never together with another call on the same instance.
 *           [worker]  many at once, on any worker thread.        [line]   one at a time, strictly in sequence.
 *           [source]  the source's own thread, one at a time.    [sink]   the sink's own thread, one at a time.
 *           [any]     from every thread at any time.
 *           The host refuses `emit` and `advance` outside of poll or on another thread than its own: the line stops, so that
 *           nothing is lost. Else it trusts the tags.
 * Errors    Functions return a cd_status; a sentence about what went wrong goes to `host->fail` before the return.
 *           No C++ exception and no longjmp crosses this header.
 * Offsets   are bytes of UTF-8 text. Times are nanoseconds since the Unix epoch, durations nanoseconds.
 */
#ifndef COPYDESK_PLUGIN_H
#define COPYDESK_PLUGIN_H
#include <stddef.h>
#include <stdint.h>

#define CD_ABI_MAJOR 1u /* another major version is refused */
#define CD_ABI_MINOR 3u /* a newer plugin loads if the host has its `needs_minor` */

#ifdef __cplusplus
extern "C" {
#endif

/* What the engine does with an answer. */
enum {
  CD_OK = 0,
  CD_RETRY = 1, /* try the same again later, with backoff */
  /* this input can never work: of a whole step, the engine halves it to find the article */
  CD_REJECT = 2,
  CD_CONFIG = 3, /* the configuration is wrong: refuse to start */
  /* the component cannot go on: the line stops with the reason, nothing is lost */
  CD_FATAL = 4,
  /* source, poll only: everything up to the end taken at start has been emitted */
  CD_END = 5,
  /* steps of a stage, since 1.2 (needs_minor 2): what the step needs is not there now, a server
     say, and that is no article's fault: the line waits and tries the same again for as long as
     it takes */
  CD_WAIT = 6
};
typedef int32_t cd_status;

enum { CD_SOURCE = 1, CD_STAGE = 2, CD_SINK = 3 };
typedef int32_t cd_kind;

/* ---- frozen value structs ------------------------------------------------------------------------------------- */
typedef struct {
  const char* data;
  size_t size;
} cd_string; /* UTF-8, no NUL needed */
typedef struct {
  const uint8_t* data;
  size_t size;
} cd_bytes; /* anything; data NULL means absent */
typedef struct {
  uint64_t begin, end;
} cd_span; /* [begin, end) in bytes */

enum {
  CD_VALUE_NONE = 0,
  CD_VALUE_STRING = 1,
  CD_VALUE_INT = 2,
  CD_VALUE_REAL = 3,
  CD_VALUE_BOOL = 4,
  CD_VALUE_TIME = 5, /* as.integer: ns since the epoch */
  CD_VALUE_LIST = 6, /* as.list[0..count) */
  CD_VALUE_JSON = 7  /* as.string: one JSON text, which is checked */
};
typedef struct cd_value {
  int32_t type;
  uint32_t count; /* of a list, else 0 */
  union {
    cd_string string;
    int64_t integer; /* INT, BOOL (0 or 1), TIME */
    double real;
    const struct cd_value* list;
  } as;
} cd_value;
typedef struct {
  cd_string name;
  cd_value value;
} cd_field;
typedef struct {
  cd_span cut;
  cd_string text;
} cd_patch; /* `text` takes the place of `cut` */
typedef struct {
  uint32_t index;
  cd_status status;
  cd_string code, detail;
} cd_result;

/* ---- what steps are given -------------------------------------------------------------------------------------- */
typedef struct cd_annotation { /* a name found in a text field */
  uint32_t size, flags;
  cd_string field; /* "title", "body" */
  cd_span span;    /* in that field's text */
  cd_string type;  /* PER, ORG, LOC, MISC */
  cd_string kind;  /* country, city, nationality …; may be empty */
  cd_string name;  /* canonical name; may be empty */
  cd_string id;    /* identifier with its scheme, as "iso:CN"; may be empty */
  double score;    /* 0 to 1 */
} cd_annotation;

typedef struct cd_article { /* read-only view, owned by the host */
  uint32_t size;
  uint32_t field_count, annotation_count, reserved;
  cd_string id;
  /* where it came from, as one comparable key: the same origin is the same article */
  cd_string origin;
  cd_string media_type; /* text/html or text/plain */
  /* "title", "body", "url", "dedup.status", "labels.x" … in the order they were set */
  const cd_field* fields;
  const cd_annotation* const* annotations;
  const void* host_article;
} cd_article;

typedef struct cd_batch {
  uint32_t size, count;
  const cd_article* const* articles;
} cd_batch;

typedef struct cd_call { /* about the call in progress */
  uint32_t size, reserved;
  /* the batch's time, ns since the epoch; never goes back; the only clock a step may use */
  int64_t time;
  uint64_t sequence; /* number of the batch in its line */
} cd_call;

/* What a stage's process step prepares for its resolve step: opaque bytes, one an article. */
typedef struct cd_carry cd_carry;
struct cd_carry {
  uint32_t size, reserved;
  void* impl;
  void (*set)(cd_carry*, uint32_t i, cd_bytes); /* process only; copied */
  /* resolve only; absent when none was set */
  cd_bytes (*get)(const cd_carry*, uint32_t i);
};

/* The stage's own durable key-value space, as of the last commit plus everything put before this call and in it. */
typedef struct cd_state cd_state;
struct cd_state {
  uint32_t size, reserved;
  void* impl;
  /* The value is borrowed until the call of the step returns; absent keys and expired ones give data NULL. */
  cd_bytes (*get)(cd_state*, cd_string key);
  void (*multi_get)(cd_state*, const cd_string* keys, uint32_t count, cd_bytes* values);
  /* Calls `each` in key order until it returns 0. */
  void (*scan)(cd_state*, cd_string prefix, int32_t (*each)(void*, cd_string key, cd_bytes value),
               void* context);
};

enum {
  CD_CLAIM = 1,      /* "this story is mine": final only if the article is delivered */
  CD_OBSERVATION = 2 /* something seen: final with any outcome */
};

/* The edit list of a step: applied as a whole when the step returns CD_OK, thrown away otherwise. `i` is the article's
 * index in the batch. Everything handed over is copied. Spans are in the text that the step was given. A wrong edit (an
 * unknown index, a span outside the text or inside a character, a field of the core) makes article `i` a dead letter
 * with the code bad_edit and leaves the others untouched. */
typedef struct cd_edit cd_edit;
struct cd_edit {
  uint32_t size, reserved;
  void* impl;
  void (*set)(cd_edit*, uint32_t i, cd_string field, const cd_value*);
  /* to a list field, made when absent */
  void (*append)(cd_edit*, uint32_t i, cd_string field, const cd_value*);
  void (*unset)(cd_edit*, uint32_t i, cd_string field);
  /* Patches of one text field, ascending and not overlapping; annotations on it move along or go with the cut text. */
  void (*patch)(cd_edit*, uint32_t i, cd_string field, const cd_patch*, uint32_t count);
  void (*annotate)(cd_edit*, uint32_t i, const cd_annotation*);
  /* all annotations of a field; of every field if empty */
  void (*unannotate)(cd_edit*, uint32_t i, cd_string field);
  void (*label)(cd_edit*, uint32_t i, cd_string name, const cd_value*);
  /* done with it: counted, settled */
  void (*drop)(cd_edit*, uint32_t i, cd_string reason);
  /* to the dead letters */
  void (*reject)(cd_edit*, uint32_t i, cd_string code, cd_string detail);
  void (*split)(cd_edit*, uint32_t i, const cd_field* fields,
                uint32_t count); /* one child with these fields; the parent ends */
  /* resolve only; ttl 0 = for ever */
  void (*put)(cd_edit*, uint32_t i, cd_string key, cd_bytes value, int64_t ttl,
              int32_t claim_or_observation);
  /* resolve only */
  void (*erase)(cd_edit*, uint32_t i, cd_string key, int32_t claim_or_observation);
};

/* ---- sources ---------------------------------------------------------------------------------------------------- */
/* raw bytes of one record as the source cut it; decode makes articles of it */
typedef struct cd_record {
  uint32_t size, field_count;
  cd_string partition; /* what the position counts in: a file's identity, topic/partition */
  uint64_t position;   /* of this record in its partition: byte offset, Kafka offset */
  cd_bytes payload;
  /* text (a guess: a page or a JSON object is still told), html, json; empty: told from the
     content */
  cd_string format;
  int64_t received; /* ns since the epoch; 0: now */
  /* what the source knows: "source.path", "url", "id" … A record that the source itself had to
     refuse carries "refused.code" and "refused.detail" and becomes a dead letter. */
  const cd_field* fields;
} cd_record;

typedef struct cd_settled { /* one settle token whose records are final */
  /* bits: what happened to the partition's articles since its last token */
  uint32_t size, outcomes;
  cd_string partition;
  cd_bytes token;
} cd_settled;
enum { CD_DELIVERED = 1, CD_DROPPED = 2, CD_DEAD_LETTER = 4 };

/* ---- the host ------------------------------------------------------------------------------------------------- */
enum { CD_LOG_DEBUG = 0, CD_LOG_INFO = 1, CD_LOG_WARN = 2, CD_LOG_ERROR = 3 };

typedef struct cd_host cd_host;
struct cd_host { /* one an instance; outlives it */
  uint32_t size, reserved;
  void* impl;
  /* [any] repeated lines are rate-limited */
  void (*log)(const cd_host*, int32_t level, cd_string text);
  /* [any] reason of the status this thread is about to return */
  void (*fail)(const cd_host*, cd_string why);
  /* [any] wall clock, ns; not for steps */
  int64_t (*now)(const cd_host*);
  /* [control] */
  uint32_t (*counter)(const cd_host*, cd_string name, cd_string unit, cd_string help);
  void (*count)(const cd_host*, uint32_t counter, uint64_t by); /* [any] */
  /* [any] shown by `status`; empty: well */
  void (*status)(const cd_host*, cd_string word);
  /* JSON of an article as copydesk writes it (format "json": one line without newline); `take` is called once. [any] */
  cd_status (*encode)(const cd_host*, const cd_article*, cd_string format,
                      void (*take)(void*, cd_bytes), void* context);
  /* [any] NULL when absent */
  const void* (*extension)(const cd_host*, cd_string id);
  /* [control] a folder of this instance under data_dir */
  cd_string (*private_folder)(const cd_host*);

  /* Sources, inside poll. [source] */
  /* always taken; CD_RETRY: taken, and return from poll soon */
  cd_status (*emit)(const cd_host*, const cd_record* const* records, uint32_t count);
  /* Everything emitted so far in `partition` is covered by `position` (opaque, at most 64 KiB; empty: forget the
   * partition). Becomes durable with the outcome of those records. A token is handed back to `settle` after that. Every
   * record must be covered within the poll that emitted it: advance behind each record, or each few. */
  void (*advance)(const cd_host*, cd_string partition, cd_bytes position, cd_bytes token);

  /* Sinks. [any] */
  /* what is not named is CD_OK */
  void (*result)(const cd_host*, uint64_t ticket, const cd_result* results, uint32_t count);
  /* of a write; CD_RETRY: what has no result is tried again */
  void (*done)(const cd_host*, uint64_t ticket, cd_status);
  /* durable up to here; stored with the commit */
  void (*flushed)(const cd_host*, uint64_t ticket, cd_status, cd_bytes position);

  /* Since 1.1. Sources: what this one emitted and no commit has must be forgotten, as after a partition went to somebody
   * else: the line rewinds, and `open` is called at the committed positions. [any] */
  void (*rewind)(const cd_host*, cd_string why);
};

/* ---- what a plugin offers ------------------------------------------------------------------------------------- */
/* every declared option that is set or has a default; values are checked and typed */
typedef struct cd_options {
  uint32_t size, count;
  /* duration: INT ns; bytes: INT; path, glob, url, secret, enum …: STRING; list: LIST; map: LIST
     key, value, key … */
  const cd_field* items;
} cd_options;

enum {
  CD_OPTION_STRING = 1,
  CD_OPTION_INT,
  CD_OPTION_REAL,
  CD_OPTION_BOOL,
  CD_OPTION_DURATION, /* "200ms", "30d" → ns */
  CD_OPTION_BYTES,    /* "256MiB" → bytes */
  CD_OPTION_PATH,     /* made absolute against the file that names it */
  /* a path with wildcards; given as the sorted list of the files it names, at least one */
  CD_OPTION_FILES,
  CD_OPTION_GLOB, /* a pattern on relative names, taken as it is */
  CD_OPTION_URL,
  CD_OPTION_SECRET,
  CD_OPTION_ENUM,
  CD_OPTION_EXPRESSION,
  CD_OPTION_TEMPLATE
};
enum { CD_OPTION_SINGLE = 0, CD_OPTION_LIST = 1, CD_OPTION_MAP = 2 };
enum { CD_REQUIRED = 1, CD_STATE = 2 /* another value means another state */, CD_RELOADABLE = 4 };
typedef struct
    cd_option { /* one configuration key: validation, defaults, schema and docs come from it */
  uint32_t size, flags;
  int32_t type, shape;
  const char* key;      /* dotted: "rotate.size" */
  const char* fallback; /* default as it would be written; NULL: none */
  /* enum: "tag|drop"; numbers, durations, bytes: "0.3..0.95", either end may be left out; NULL:
     anything */
  const char* allowed;
  const char* unit;    /* NULL: none */
  const char* summary; /* one sentence */
  /* Since 1.3. With other values of another option of the component this one changes nothing, and `check` warns whoever
   * sets it: "action=drop", "kind=a|b", "tls!=false", or "names" for one that must be set; NULL: it always matters. */
  const char* only_with;
} cd_option;

enum { CD_OPEN_ONCE = 1 /* source: take the ends now and return CD_END there */ };
typedef struct
    cd_open { /* the committed past a component starts from; open on an open component is a seek */
  uint32_t size, flags;
  uint64_t commit; /* number of the last commit, 0 for none */
  cd_state* state; /* stage: its space. source: partition → position. sink: NULL */
  /* sink: what it gave to `flushed` for the last commit. A sink opened without one is flushed, and
     that position committed, before its first write: so its start is known after a crash too */
  cd_bytes position;
  /* Since 1.1. */
  /* the data_dir's, made at random with it and kept for ever: whose commits these are */
  cd_string data_id;
  cd_string line; /* the pipeline's name */
} cd_open;

typedef struct cd_put {
  cd_string key;
  cd_bytes value; /* data NULL: erased */
} cd_put;
typedef struct cd_committed {
  uint32_t size, count;
  uint64_t commit;
  const cd_put* puts;
  /* since 1.2: of the last batch that the commit made final; what an earlier batch put and no
     commit had is withdrawn */
  uint64_t sequence;
} cd_committed;

typedef struct cd_source_ops {
  uint32_t size, reserved;
  /* [source] Emits and advances until about max_bytes are out. Returns as soon as it has emitted something and nothing
   * more is ready; waits until the deadline (wall clock, ns) only while it has nothing at all. */
  cd_status (*poll)(void* self, uint64_t max_bytes, int64_t deadline);
  /* [source] between polls; redone after a crash */
  void (*settle)(void* self, const cd_settled* const* items, uint32_t count);
  /* [any] make a waiting poll return */
  void (*wake)(void* self);
} cd_source_ops;

typedef struct cd_stage_ops { /* at least one of process and resolve */
  uint32_t size, reserved;
  /* [worker] pure */
  cd_status (*process)(void* self, const cd_call*, const cd_batch*, cd_edit*, cd_carry*);
  /* [line] changes nothing but its edit list */
  cd_status (*resolve)(void* self, const cd_call*, const cd_batch*, cd_carry*, cd_state*, cd_edit*);
  /* [line] since 1.2 also without puts; may be NULL */
  void (*committed)(void* self, const cd_committed*);
  /* reserved: no host calls it yet; NULL */
  cd_status (*migrate)(void* self, uint32_t from_version, cd_state*);
} cd_stage_ops;

typedef struct cd_sink_ops {
  uint32_t size, reserved;
  /* [sink] CD_OK: results and `done` come, now or later */
  cd_status (*write)(void* self, uint64_t ticket, const cd_batch*);
  /* [sink] everything written before becomes durable; then `flushed` */
  cd_status (*flush)(void* self, uint64_t ticket);
  /* [sink] forget a ticket: no more calls for it after the return */
  void (*cancel)(void* self, uint64_t ticket);
  /* [sink] that position is in a commit now; may be NULL */
  void (*committed)(void* self, uint64_t commit, cd_bytes position);
} cd_sink_ops;

/* ---- extensions: what `extension(self, id)` of an instance gives; asked once, after create ------------------------ */

/* "two_phase/1", of a sink: the decider of its pipeline, of which there is at most one. What it writes lies in a transaction
 * that only its own commit makes visible, together with the number of ours. At each commit of the engine: every sink
 * flushes; the commit is stored as prepared; `prepare`; `commit`; the stored commit is applied. No write comes between the
 * `flush` and the return of `commit`. After any error, and at start, the line opens the sink anew and asks `last`, which
 * tells whether a prepared commit holds. All [sink]. */
#define CD_TWO_PHASE "two_phase/1"
typedef struct cd_two_phase {
  uint32_t size, reserved;
  /* Puts the number and the passengers' bytes into the open transaction, which may hold no output. */
  cd_status (*prepare)(void* self, uint64_t commit, const cd_bytes* passengers, uint32_t count);
  /* Ends the transaction. After an error it is unknown whether it did. */
  cd_status (*commit)(void* self, uint64_t commit);
  /* After `open`, which aborted what an earlier run left: the number of the last commit that holds there for this data_id
   * and line; 0 for none. */
  cd_status (*last)(void* self, uint64_t* commit);
} cd_two_phase;

/* "passenger/1", of a source: its positions can ride in a decider's transaction, as a Kafka consumer's do in a Kafka
 * producer's. At each commit, with the tokens that it makes final; `take` gets the bytes for the decider, which ignores
 * those it does not know. `settle` follows as ever. [source] */
#define CD_PASSENGER "passenger/1"
typedef struct cd_passenger {
  uint32_t size, reserved;
  cd_status (*board)(void* self, const cd_settled* const* items, uint32_t count,
                     void (*take)(void* context, cd_bytes), void* context);
} cd_passenger;

/* "inspect/1", of a stage: it tells people what it remembers, for `copydesk state TOPIC [ARGUMENT…]`. Asked of an instance
 * made for the question, which is never opened and gets no other call. The state is what is committed, read-only. */
#define CD_INSPECT "inspect/1"
typedef struct cd_inspect {
  uint32_t size, reserved;
  const char* const* topics; /* NULL-terminated; lower-case words: what it can tell of */
  /* [control] Text for a terminal, in lines, through `write`. CD_CONFIG: the arguments are wrong, or what they name is not
   * there; `fail` says which. */
  cd_status (*inspect)(void* self, cd_string topic, const cd_string* arguments, uint32_t count,
                       cd_state*, void (*write)(void* context, cd_string text), void* context);
} cd_inspect;

/* "amend/1", of a stage with inspect/1: people change what it remembers, while no daemon has the state. As inspect; asked
 * when the first argument is one of `words`. Its private folder is then the one that the daemon gives it, to be read only; an
 * instance that inspects gets an empty one. */
#define CD_AMEND "amend/1"
typedef struct cd_amend {
  uint32_t size, reserved;
  const char* const* words; /* NULL-terminated */
  /* [control] What is put (value's data NULL: erased) is written when CD_OK comes back, all or nothing. */
  cd_status (*amend)(void* self, cd_string topic, const cd_string* arguments, uint32_t count,
                     cd_state*, void (*put)(void* context, cd_string key, cd_bytes value),
                     void (*write)(void* context, cd_string text), void* context);
} cd_amend;

/* "preflight/1", of any component: looks whether that which `open` will need is there now, for `copydesk check`, and changes nothing.
 * Asked of an instance made for the question, which is never opened and gets no other call. What takes long, such as a server that
 * may be away, is not for it. */
#define CD_PREFLIGHT "preflight/1"
typedef struct cd_preflight {
  uint32_t size, reserved;
  /* [control] A sentence for each thing found, through `tell`: CD_LOG_ERROR where `open` would refuse, CD_LOG_WARN where the component
   * would go on without or wait. `option` is the key that names the thing; empty for none. */
  cd_status (*look)(void* self,
                    void (*tell)(void* context, int32_t level, cd_string option, cd_string text),
                    void* context);
} cd_preflight;

/* ---- extensions of the host: what `host->extension(host, id)` gives, NULL where it has none -------------------------- */

/* "reasons/1": somebody wants to know why a stage decides as it does, as `copydesk try` does. A daemon at work has it not,
 * so that reasons cost nothing there: ask once, at create. */
#define CD_REASONS "reasons/1"
enum { CD_KEPT = 0, CD_CUT = 1 };
typedef struct cd_reason { /* why a part of a text stays or goes */
  uint32_t size;
  int32_t verdict;  /* CD_KEPT, CD_CUT */
  cd_string field;  /* "body" */
  cd_string text;   /* the part, or its beginning */
  cd_string rule;   /* what decided: a lower-case word */
  cd_string detail; /* free text; may be empty */
  double score;     /* of a model; NaN when none was asked */
} cd_reason;
typedef struct cd_reasons {
  uint32_t size, reserved;
  /* Inside process and resolve: the parts of a text in their order. A part that was kept and is then cut, with the same
   * field and text, takes its place. Copied. [any] */
  void (*tell)(const cd_host*, const cd_article*, const cd_reason*);
} cd_reasons;

/* "untaken/1": a source tells what lies where it reads and has become no record, so that people see why nothing comes of it:
 * `copydesk status` shows it, and the summary of `run --once`. */
#define CD_UNTAKEN "untaken/1"
enum {
  /* nothing is wrong: the options do not mean it, or another run will take it */
  CD_PASSED_BY = 0,
  CD_LEFT = 1 /* they do, and it could not be taken: `run --once` ends with exit code 4 */
};
typedef struct cd_untaken {
  uint32_t size, reserved;
  /* `what` is in the plural ("files that cannot be read"), `example` one of them. Takes the place of what was told of `what`
   * before; count 0: there are none any more. At most 16 of them are kept. [any] */
  void (*tell)(const cd_host*, int32_t kind, cd_string what, uint64_t count, cd_string example);
} cd_untaken;

/* "unsettled/1": what a token stands for cannot be done yet, as a file cannot be moved to a disk that is full. */
#define CD_UNSETTLED "unsettled/1"
typedef struct cd_unsettled {
  uint32_t size, reserved;
  /* Inside `settle`, of one of its items: it stays owed, and is handed to `settle` again, after some minutes and at every
   * start, until it is not kept. The answer is its number, never 0. [source] */
  uint64_t (*keep)(const cd_host*, uint32_t item);
  /* What was kept under this number has been done meanwhile: it is owed no more. [any] */
  void (*done)(const cd_host*, uint64_t number);
} cd_unsettled;

typedef struct cd_component {
  uint32_t size;
  cd_kind kind;
  uint32_t flags, state_version;
  const char *name, *summary; /* snake_case; sources and sinks are nouns, stages verbs */
  uint32_t option_count, reserved;
  const cd_option* const* options;
  const char* const* accepts; /* NULL-terminated media types; NULL: any. Stages and sinks */
  const char* produces;       /* media type after a stage; NULL: as before */
  const char *const *reads, *const *writes; /* NULL-terminated field names; NULL: not told */
  const char* const* codes; /* NULL-terminated drop reasons and reject codes it uses */
  /* [control] validates, no I/O but files named by options */
  cd_status (*create)(const cd_host*, const cd_options*, void** self);
  /* [control]; source: [source], sink: [sink]. May be NULL for stages */
  cd_status (*open)(void* self, const cd_open*);
  /* [control] after the last call but destroy; may be NULL */
  void (*close)(void* self, int64_t deadline);
  void (*destroy)(void* self);                        /* [control] */
  const void* (*extension)(void* self, cd_string id); /* [any] may be NULL */
  const cd_source_ops* source;
  const cd_stage_ops* stage;
  const cd_sink_ops* sink;
} cd_component;
enum { CD_AT_LEAST_ONCE = 1 /* sink: what it wrote after the last commit cannot be undone */ };

typedef struct cd_plugin { /* data only; found by the one exported symbol */
  uint32_t size, abi_major, abi_minor, needs_minor;
  const char *id, *version;
  uint32_t component_count, reserved;
  const cd_component* const* components;
} cd_plugin;

__attribute__((
    visibility("default"))) extern const cd_plugin copydesk_plugin; /* the only exported symbol */

#ifdef __cplusplus
}
#endif
#endif
