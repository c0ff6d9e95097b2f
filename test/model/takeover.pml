/* The producer dies at any step of a claim, a write or a publish, and others take over one after
 * another, which may die as well.
 *
 * The labels are those of docs/memory-model.md. Sequences begin at C + 1, so that the sequence one
 * lap before the first is no negative number. The producer's stores become visible in their order.
 * What can be chosen:
 *   N, C, BATCH     records, slots, most records in one claim
 *   TERMS           producers one after another; all but the last may be killed before each step
 *   PACKED          no stamps: all follow the cursor, which is otherwise stored once for a run of claims
 * One consumer leaves when the producer has died, one stays for the successor, and an observer
 * looks without gating.
 * Each of these breaks it: CLAIMED_GOES_BACK, CLAIMS_AFTER_WRITING, END_AT_CURSOR,
 * END_WITHOUT_LOOKING, OBSERVER_LOOKS_FIRST, CURSOR_BEFORE_STAMPS, CURSOR_STAYS.
 */
#ifndef N
#define N 4
#endif
#ifndef C
#define C 2
#endif
#ifndef BATCH
#define BATCH 2
#endif
#ifndef TERMS
#define TERMS 3
#endif

#define NOTHING C
#define LAST (NOTHING + N)
#define least(a, b) ((a) < (b) -> (a) : (b))

/* In shared memory. A record is two halves, and each half holds its sequence and its writer. */
typedef Slot {
  byte stamp, firstHalf, secondHalf;
}
Slot slot[C];
byte cursor = NOTHING, claimed = NOTHING, limit = NOTHING;
byte committed[2] = NOTHING;
#define record(s, term) ((s) * 8 + (term))

/* What is true: the last record published, and the contents of each. */
byte published = NOTHING;
byte contents[N + 1];
/* The producer's process is gone, and its lease is free. */
bool isGone;
bool kill;

inline read(s) {
  assert(copy == slot[s % C].secondHalf && copy == contents[s - NOTHING])
}

active proctype Producer() {
  byte term, own, claim, runEnd, room, end, k;
begin:
  {
    isGone = false;
    own = cursor;                                                                        /* T1 */
    end = claimed;                                                                       /* T1 */
#if !defined(PACKED) && !defined(END_AT_CURSOR)
    do
    :: own < end && slot[(own + 1) % C].stamp == own + 1 -> own++                        /* T1 */
    :: else -> break
    od;
#endif
    assert(own == published);
    runEnd = own;
    end = 0;
    cursor = own;                                                                        /* T2 */
#ifdef CLAIMED_GOES_BACK
    claimed = own;
#endif
    do
    :: own < LAST ->
       if
       :: own == runEnd ->
#ifndef CURSOR_STAYS
          cursor = own;                                                                  /* P1 */
#endif
          /* The consumers' cursors gate. */
          atomic {                                                                       /* C1 */
            least(committed[0], committed[1]) + C > own ->
            room = least(committed[0], committed[1]) + C
          };
          limit = (limit < room -> room : limit);                                        /* C2 */
          if
          :: runEnd = own + 1
          :: runEnd = least(room, LAST)
          fi;
          room = 0;
#ifndef CLAIMS_AFTER_WRITING
          if
          :: runEnd > claimed -> claimed = runEnd                                        /* P0 */
          :: else /* a predecessor's claim stays, this one is private */
          fi
#endif
       :: else
       fi;
       if
       :: claim = own + 1
#if BATCH > 1
       :: own + 2 <= runEnd -> claim = own + 2
#endif
       fi;
       k = own;
       do
       :: k < claim ->
          k++;
          slot[k % C].firstHalf = record(k, term);
          slot[k % C].secondHalf = record(k, term)
       :: else -> break
       od;
#ifdef CLAIMS_AFTER_WRITING
       claimed = (claim > claimed -> claim : claimed);
#endif
#ifdef CURSOR_BEFORE_STAMPS
       cursor = claim;
#endif
#ifdef PACKED
       atomic {
         k = own;
         do
         :: k < claim -> k++; contents[k - NOTHING] = record(k, term)
         :: else -> break
         od;
         cursor = claim;                                                                 /* P1 */
         published = claim
       };
#else
       k = own;
       do
       :: k < claim ->
          d_step {                                                                       /* P1 */
            k++;
            slot[k % C].stamp = k;
            contents[k - NOTHING] = record(k, term);
            published = k
          }
       :: else -> break
       od;
#endif
       atomic { own = claim; claim = 0; k = 0 }
    :: else -> break
    od;
    goto done
  } unless {
    atomic {
      kill && term < TERMS - 1;
      own = 0; claim = 0; runEnd = 0; room = 0; end = 0; k = 0
    };
    isGone = true
  };
  d_step { kill = false; term++ };
  goto begin;
done:
  skip
}

#ifdef PACKED
#define hasArrived(s) (cursor >= s)                                                      /* G1 */
#else
#define hasArrived(s) (slot[(s) % C].stamp == s)                                         /* S1 */
#endif

/* Leaves when the producer is gone. */
proctype Leaver() {
  byte next = NOTHING + 1, copy;
  bool hasEnded;
  do
  :: next <= LAST ->
     if
     :: hasArrived(next)
     :: isGone ->                                                                        /* E1 */
#ifdef END_WITHOUT_LOOKING
        break
#else
        d_step {
          if
          :: hasArrived(next)
          :: else -> assert(published == next - 1); hasEnded = true
          fi
        };
        if
        :: hasEnded -> break
        :: else
        fi
#endif
     fi;
     copy = slot[next % C].firstHalf;
     read(next);
     committed[0] = next;                                                                /* P1 */
     next++;
     copy = 0
  :: else -> break
  od;
#ifdef END_WITHOUT_LOOKING
  assert(next > published || !isGone);
#endif
  committed[0] = 250 /* gates no more */
}

/* Stays for the successor. */
proctype Stayer() {
  byte next = NOTHING + 1, copy;
  do
  :: next <= LAST ->
     hasArrived(next);
     copy = slot[next % C].firstHalf;
     read(next);
     committed[1] = next;                                                                /* P1 */
     next++;
     copy = 0
  :: else -> break
  od
}

/* Copies any record that it finds, and then asks whether the copy is whole. */
proctype Observer() {
  byte s, first, second, seen;
  select(s : NOTHING + 1 .. LAST);
#ifdef PACKED
  cursor >= s;
#else
  slot[s % C].stamp >= s;
#endif
#ifdef OBSERVER_LOOKS_FIRST
  seen = claimed;
#endif
  first = slot[s % C].firstHalf;
  second = slot[s % C].secondHalf;
#ifndef OBSERVER_LOOKS_FIRST
  seen = claimed;                                                                        /* O2 */
#endif
  if
  :: seen < s + C -> assert(first == contents[s - NOTHING] && second == first)
  :: else
  fi
}

proctype Killer() {
  byte left = TERMS - 1;
end:
  do
  :: left > 0 && !kill -> kill = true; left--
  od
}

init {
  atomic {
    run Leaver();
    run Stayer();
    run Observer();
    run Killer()
  }
}
