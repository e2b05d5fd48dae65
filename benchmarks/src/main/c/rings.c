// SPDX-License-Identifier: Apache-2.0
//
// The rings of an 82574 driver in C, as a driver in C is written: the twin that the Java driver is measured against. No
// locks and no checks beyond those that the loop needs; one thread owns everything.
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

enum {
    RDT = 0x2818,
    TDT = 0x3818,
    FRAME = 60, // without frame check sequence
    LONGEST = 1518,
    REFILL = 32,
};
#define END_OF_PACKET (1ull << 24)
#define INSERT_FCS (1ull << 25)
#define REPORT_STATUS (1ull << 27)
#define DONE (1ull << 32)
#define RECEIVED_END_OF_PACKET (1ull << 33)
#define FRAME_ERRORS (0x97ull << 40)

struct descriptor {
    uint64_t address;
    uint64_t state;
};

struct batch {
    uint32_t size;
    uint32_t *buffers;
    uint32_t *lengths;
};

struct pool {
    uint32_t available;
    uint32_t *free;
    uint64_t *addresses;
};

struct ring {
    volatile uint8_t *bar;
    volatile struct descriptor *descriptors;
    uint32_t mask, head, used;
    uint32_t *buffers;
    uint32_t *ends; // for the first descriptor of a batch, which is its last
};

static void take(struct pool *pool, struct batch *batch, uint32_t count) {
    if (count > pool->available) {
        count = pool->available;
    }
    for (uint32_t i = 0; i < count; i++) {
        pool->available--;
        batch->buffers[batch->size] = pool->free[pool->available];
        batch->lengths[batch->size] = 0;
        batch->size++;
    }
}

static uint32_t reclaim(struct ring *ring, struct pool *pool) {
    while (ring->used > 0) {
        uint32_t last = ring->ends[ring->head];
        if (!(ring->descriptors[last].state & DONE)) {
            break;
        }
        uint32_t count = ((last - ring->head) & ring->mask) + 1;
        for (uint32_t i = 0; i < count; i++) {
            pool->free[pool->available] = ring->buffers[(ring->head + i) & ring->mask];
            pool->available++;
        }
        ring->head = (last + 1) & ring->mask;
        ring->used -= count;
    }
    return ring->used;
}

static uint32_t send(struct ring *ring, struct pool *pool, struct batch *batch) {
    uint32_t room = ring->mask - reclaim(ring, pool);
    uint32_t count = batch->size < room ? batch->size : room;
    if (count == 0) {
        return 0;
    }
    uint32_t first = (ring->head + ring->used) & ring->mask;
    uint32_t last = (first + count - 1) & ring->mask;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = (first + i) & ring->mask;
        ring->buffers[at] = batch->buffers[i];
        ring->descriptors[at].address = pool->addresses[batch->buffers[i]];
        ring->descriptors[at].state =
            batch->lengths[i] | END_OF_PACKET | INSERT_FCS | (at == last ? REPORT_STATUS : 0);
    }
    ring->ends[first] = last;
    ring->used += count;
    batch->size = 0; // the ring has room for all in this benchmark
    __atomic_thread_fence(__ATOMIC_RELEASE);
    *(volatile uint32_t *)(ring->bar + TDT) = (last + 1) & ring->mask;
    return count;
}

// What the device does: all up to the tail is sent.
static void finish(struct ring *ring) {
    uint32_t tail = *(volatile uint32_t *)(ring->bar + TDT);
    ring->descriptors[(tail - 1) & ring->mask].state |= DONE;
}

static void refill(struct ring *ring, struct pool *pool) {
    uint32_t count = ring->mask - ring->used;
    if (count < REFILL) {
        return;
    }
    if (count > pool->available) {
        count = pool->available;
    }
    uint32_t tail = (ring->head + ring->used) & ring->mask;
    for (uint32_t i = 0; i < count; i++) {
        pool->available--;
        uint32_t buffer = pool->free[pool->available];
        ring->buffers[tail] = buffer;
        ring->descriptors[tail].address = pool->addresses[buffer];
        ring->descriptors[tail].state = 0;
        tail = (tail + 1) & ring->mask;
    }
    ring->used += count;
    __atomic_thread_fence(__ATOMIC_RELEASE);
    *(volatile uint32_t *)(ring->bar + RDT) = tail;
}

static uint32_t receive(struct ring *ring, struct pool *pool, struct batch *batch, uint32_t room) {
    while (batch->size < room && ring->used > 0) {
        uint64_t state = ring->descriptors[ring->head].state;
        uint32_t length = state & 0xffff;
        if ((state & (DONE | RECEIVED_END_OF_PACKET | FRAME_ERRORS)) != (DONE | RECEIVED_END_OF_PACKET) ||
            length == 0 || length > LONGEST) {
            break;
        }
        batch->buffers[batch->size] = ring->buffers[ring->head];
        batch->lengths[batch->size] = length;
        batch->size++;
        ring->head = (ring->head + 1) & ring->mask;
        ring->used--;
    }
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    refill(ring, pool);
    return batch->size;
}

static void give_back(struct pool *pool, struct batch *batch) {
    for (uint32_t i = 0; i < batch->size; i++) {
        pool->free[pool->available] = batch->buffers[i];
        pool->available++;
    }
    batch->size = 0;
}

// What the device does: so many packets have arrived, at the descriptors from a place on, without a turn between them.
static void arrive(struct ring *ring, uint32_t at, uint32_t count) {
    volatile struct descriptor *first = ring->descriptors + (at & ring->mask);
    for (uint32_t i = 0; i < count; i++) {
        first[i].state = FRAME | DONE | RECEIVED_END_OF_PACKET;
    }
}

struct card {
    struct pool pool;
    struct ring ring;
    struct batch batch;
};

static void build(
    struct card *card, void *bar, void *descriptors, uint32_t entries, uint8_t *packets, uint32_t buffers,
    uint32_t buffer_size, uint32_t batch_size
) {
    card->pool = (struct pool){
        .available = buffers,
        .free = malloc(buffers * sizeof(uint32_t)),
        .addresses = malloc(buffers * sizeof(uint64_t)),
    };
    for (uint32_t i = 0; i < buffers; i++) {
        card->pool.free[buffers - 1 - i] = i;
        card->pool.addresses[i] = (uint64_t)(uintptr_t)(packets + (size_t)i * buffer_size);
    }
    card->ring = (struct ring){
        .bar = bar,
        .descriptors = descriptors,
        .mask = entries - 1,
        .buffers = malloc(entries * sizeof(uint32_t)),
        .ends = malloc(entries * sizeof(uint32_t)),
    };
    card->batch = (struct batch){
        .buffers = malloc(batch_size * sizeof(uint32_t)),
        .lengths = malloc(batch_size * sizeof(uint32_t)),
    };
}

static void dispose(struct card *card) {
    free(card->pool.free);
    free(card->pool.addresses);
    free(card->ring.buffers);
    free(card->ring.ends);
    free(card->batch.buffers);
    free(card->batch.lengths);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ll + time.tv_nsec;
}

// Sends so many batches of packets, and returns the nanoseconds it took, or -1 if not all were sent.
int64_t transmit_batches(
    void *bar, void *descriptors, uint32_t entries, uint8_t *packets, uint32_t buffers, uint32_t buffer_size,
    uint32_t batch_size, int64_t batches
) {
    struct card card;
    build(&card, bar, descriptors, entries, packets, buffers, buffer_size, batch_size);
    int64_t done = 0;
    int64_t begin = now();
    for (int64_t round = 0; round < batches; round++) {
        take(&card.pool, &card.batch, batch_size);
        for (uint32_t i = 0; i < card.batch.size; i++) {
            card.batch.lengths[i] = FRAME;
        }
        done += send(&card.ring, &card.pool, &card.batch);
        finish(&card.ring);
    }
    int64_t took = now() - begin;
    dispose(&card);
    return done == batches * batch_size ? took : -1;
}

// Receives so many batches of packets, and returns the nanoseconds it took, or -1 if not all were received.
int64_t receive_batches(
    void *bar, void *descriptors, uint32_t entries, uint8_t *packets, uint32_t buffers, uint32_t buffer_size,
    uint32_t batch_size, int64_t batches
) {
    struct card card;
    build(&card, bar, descriptors, entries, packets, buffers, buffer_size, batch_size);
    refill(&card.ring, &card.pool);
    uint32_t at = 0;
    int64_t done = 0;
    int64_t begin = now();
    for (int64_t round = 0; round < batches; round++) {
        arrive(&card.ring, at, batch_size);
        at += batch_size;
        done += receive(&card.ring, &card.pool, &card.batch, batch_size);
        give_back(&card.pool, &card.batch);
    }
    int64_t took = now() - begin;
    dispose(&card);
    return done == batches * batch_size ? took : -1;
}
