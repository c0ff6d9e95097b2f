/* Publish, wait and wake: one publisher after another, some waiters with targets of their own, and
 * another participant that rings.
 *
 * The labels are those of docs/memory-model.md. Every process may be killed before each of its
 * steps. What can be chosen:
 *   W, T0 S0 T1 S1 T2 S2   waiters; waiter k waits for Tk, Tk + Sk, Tk + 2 Sk ...
 *   N, TERMS, KILLS        sequences to publish, publishers in a row, how many processes are killed
 *   STAYS                  waiters 0 to STAYS - 1 stay for a successor, the others do not
 *   SYMMETRIC              a full fence on both sides; otherwise membarrier on the waiter's
 *   NO_LIFELINE            no robust futexes: a death is learned by slices
 *   STOPS                  a process is stopped for good (SIGSTOP) or killed
 *   RINGER                 another participant changes something, and rings
 * Each of these breaks it: NO_P2, NO_W3, NO_W4, NO_W4_FAR, NO_EPOCH, NO_RING, NO_RELAY, NO_SLICE,
 * KEEPS_QUIET, TELLS_ONCE, RESET_DOORBELL.
 */
#ifndef W
#define W 2
#endif
#ifndef N
#define N 2
#endif
#ifndef TERMS
#define TERMS 1
#endif
#ifndef KILLS
#define KILLS 1
#endif
#ifndef STAYS
#define STAYS 0
#endif
#ifndef T0
#define T0 1
#endif
#ifndef S0
#define S0 1
#endif
#ifndef T1
#define T1 2
#endif
#ifndef S1
#define S1 2
#endif
#ifndef T2
#define T2 3
#endif
#ifndef S2
#define S2 1
#endif

/* The publisher's stores pass through its processor's store buffer, in order: stored and
 * storedState are what it has stored, cursor and state what the others see. */
byte cursor, stored;
mtype = { live, left, closed };
mtype state = live, storedState = live;
byte awaited; /* the lowest sequence the doorbell is armed for; 0: not armed */
bool marked;  /* the lifeline's word has the kernel's mark */
bool changed; /* what somebody else changes */

/* A waiter remembers the epoch and the lifeline's word to compare them later. What matters of them
 * is whether they have changed since. These and the others are sets of waiters, a bit for each. */
byte sameEpoch, sameLife;

/* In the kernel. A sleeper that is woken on one word stays in the other's queue until it runs. */
byte onDoorbell, onLife, woken;

/* Processes 0 to W - 1 are the waiters. */
#define PUBLISHER W
#define OTHER (W + 1)
mtype = { runs, killed, stopped, ended };
mtype fate[W + 2] = runs;
byte killsLeft = KILLS;
bool publisherIsIdle;

/* Participants that had to wake another one and never will; each is worth one slice to each waiter. */
bool mustWake[W + 2];
byte lostWakers;

#define bit(k) (1 << (k))
#define with(set, k) (set | bit(k))
#define without(set, k) (set & (255 - bit(k)))

inline flush() { cursor = stored; state = storedState }
inline wakeAll(queue) { woken = woken | queue; queue = 0 }
inline wakeForDeath(k) {
  d_step {
    onLife & bit(k) ->
    onLife = without(onLife, k); woken = with(woken, k); mustWake[k] = true
  }
}
inline leaveQueues(k) {
  onDoorbell = without(onDoorbell, k); onLife = without(onLife, k); woken = without(woken, k)
}

inline loseWaker(who) {
#ifndef NO_SLICE
  if :: mustWake[who] -> lostWakers++ :: else fi;
#endif
  mustWake[who] = false
}

/* The store buffer empties when it likes. */
proctype Memory() {
end:
  do
  :: d_step { cursor < stored -> cursor++ }
  :: d_step { cursor == stored && state != storedState -> state = storedState }
  od
}

inline ring(who) {                                                                       /* R1 */
  d_step { flush(); awaited = 0; sameEpoch = 0; mustWake[who] = true };
  d_step { wakeAll(onDoorbell); mustWake[who] = false }
}

proctype Publisher() {
  byte term;
  bool answers;
again:
  {
    if
    :: term > 0 ->
       d_step { sameLife = 0; marked = false };                                      /* D0 */
       storedState = live;                                                           /* T2, E0 */
       ring(PUBLISHER);
#ifdef RESET_DOORBELL
       /* Counted from 0 again, the epoch may be what a waiter saw. */
       sameEpoch = bit(W) - 1
#endif
    :: else
    fi;
    do
    :: stored < N ->
       d_step { stored++; mustWake[PUBLISHER] = true };                                  /* P1 */
#if defined(SYMMETRIC) && !defined(NO_P2)
       d_step { flush() };                                                               /* P2 */
#endif
       if
       :: awaited != 0 ->                                                                /* P3 */
          d_step {                                                                       /* P4 */
            flush();
            if
            :: awaited != 0 && stored >= awaited ->
               awaited = 0; sameEpoch = 0; answers = true
            :: else
            fi
          };
          if
          :: answers -> d_step { wakeAll(onDoorbell); mustWake[PUBLISHER] = false; answers = false }
          :: else -> mustWake[PUBLISHER] = false
          fi
       :: else -> mustWake[PUBLISHER] = false
       fi
    :: break
    od;
    if
    :: publisherIsIdle = true;
endIdle:
       false
    :: d_step { storedState = closed; mustWake[PUBLISHER] = true }                       /* E0 */
    :: d_step { term < TERMS - 1 -> storedState = left; mustWake[PUBLISHER] = true }     /* E0 */
    fi;
#ifndef NO_RING
    ring(PUBLISHER);
#endif
    d_step { flush(); sameLife = 0 };                                                /* D0 */
    goto gone
  } unless { fate[PUBLISHER] != runs };
  /* The kernel's part. What was stored is stored. */
  if
  :: d_step { fate[PUBLISHER] == stopped -> flush(); loseWaker(PUBLISHER) }; goto done
  :: else -> d_step { flush(); answers = false }
  fi;
#ifdef NO_LIFELINE
  d_step { marked = true; mustWake[PUBLISHER] = true; loseWaker(PUBLISHER) };
#else
  d_step { marked = true; sameLife = 0; mustWake[PUBLISHER] = false };               /* D0 */
  if
  :: wakeForDeath(0)
#if W > 1
  :: wakeForDeath(1)
#endif
#if W > 2
  :: wakeForDeath(2)
#endif
  :: else
  fi;
#endif
gone:
  if
  :: d_step { term < TERMS - 1 && state != closed -> fate[PUBLISHER] = runs; term++ };
     goto again
  :: true
  fi;
done:
  fate[PUBLISHER] = ended
}

#ifdef RINGER
proctype Other() {
  {
    d_step { changed = true; mustWake[OTHER] = true };
    ring(OTHER)
  } unless { fate[OTHER] != runs };
  d_step { loseWaker(OTHER); fate[OTHER] = ended }
}
#endif

/* Nobody will do anything more, and the waiter has no news. */
#define restful                                                                              \
  (killsLeft == 0 && (publisherIsIdle || fate[PUBLISHER] == ended) && fate[OTHER] == ended && \
   t > stored && !changed && (storedState == live || (storedState == left && stays)) &&       \
   (stays || !marked) && !(woken & bit(me)))

#ifdef NO_W4_FAR
#define looksAgain (t == cursor + 1 || t == cursor)
#else
#define looksAgain true
#endif

/* Any target that will never be published is as good as another. */
#define later (t + stride > N -> N + 1 : t + stride)

proctype Waiter(byte me; byte t; byte stride; bool stays) {
  byte slices;
  /* The kernel's one wake may go to a waiter that knew of the death and sleeps again: it wakes all the
   * others once before it does. */
  bool tells, told;
  {
    skip;
look:
    if
    :: cursor >= t -> t = later; goto look                                               /* W1 */
    :: else
    fi;
    d_step {                                                                             /* W2 */
      if
      :: awaited == 0 || awaited > t -> awaited = t
      :: else
      fi;
      sameEpoch = with(sameEpoch, me)
    };
#if !defined(SYMMETRIC) && !defined(NO_W3)
    d_step { flush() };                                                                  /* W3 */
#endif
    d_step {                                                                             /* D1 */
#ifndef TELLS_ONCE
      told = told && (sameLife & bit(me)); /* each death anew */
#endif
      sameLife = with(sameLife, me);
      tells = marked && !told
    };
    if
    :: tells ->
       d_step {
#if !defined(KEEPS_QUIET) && !defined(NO_RELAY)
         wakeAll(onLife);
#endif
         told = true;
         tells = false
       }
    :: else
    fi;
#ifndef NO_W4
    if
    :: cursor >= t && looksAgain -> goto look                                            /* W4 */
    :: else
    fi;
#endif
    if
    :: changed || state == closed || (state == left && !stays) -> goto over              /* E1 */
    :: else
    fi;
    if
    :: marked && !stays -> goto over                                                     /* D1 */
    :: else
    fi;
#ifdef NO_EPOCH
    if
    :: d_step { awaited != 0 -> onDoorbell = with(onDoorbell, me) }
    :: else -> goto awake
    fi;
#else
    if
    :: d_step { sameEpoch & bit(me) -> onDoorbell = with(onDoorbell, me) }                       /* W5 */
    :: else -> goto awake
    fi;
#endif
#ifndef NO_LIFELINE
    if
    :: d_step { sameLife & bit(me) -> onLife = with(onLife, me) }                        /* W5 */
    :: else -> goto awake
    fi;
#endif
    if
    :: woken & bit(me)
    :: lostWakers > slices -> slices++
    :: restful -> goto done
    fi;
awake:
    atomic { leaveQueues(me) };
#if !defined(NO_LIFELINE) && !defined(NO_RELAY)
    if
    :: !(sameLife & bit(me)) -> d_step { wakeAll(onLife) }                    /* D1 */
    :: else
    fi;
#endif
    atomic { mustWake[me] = false; sameEpoch = without(sameEpoch, me) };
    goto look;
over:
    if
    :: cursor >= t -> goto look
    :: else
    fi;
    /* What was published before the end was reached. */
    assert(changed || TERMS > 1 || stored < t);
    goto done
  } unless { fate[me] != runs };
  d_step { leaveQueues(me); loseWaker(me) };
done:
  atomic { sameEpoch = without(sameEpoch, me); sameLife = without(sameLife, me); fate[me] = ended }
}

proctype Fates() {
  byte who;
end:
  do
  :: atomic {
       killsLeft > 0 ->
       killsLeft--;
       select(who : 0 .. W + 1);
       if
       :: fate[who] == runs -> fate[who] = killed
#ifdef STOPS
       :: fate[who] == runs -> fate[who] = stopped
#endif
       :: fate[who] != runs || who == W + 1 /* nobody */
       fi;
       publisherIsIdle = publisherIsIdle && fate[PUBLISHER] == runs;
       who = 0
     }
  od
}

init {
  atomic {
    run Memory();
    run Publisher();
    run Waiter(0, T0, S0, STAYS > 0);
#if W > 1
    run Waiter(1, T1, S1, STAYS > 1);
#endif
#if W > 2
    run Waiter(2, T2, S2, STAYS > 2);
#endif
#ifdef RINGER
    run Other();
#else
    fate[OTHER] = ended;
#endif
    run Fates()
  }
}
