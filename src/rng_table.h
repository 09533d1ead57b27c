/*
 * rng_table.h - between rng.c and rng_bulk.c: Philox's constants and the bulk draws of one
 * level.
 */
#ifndef MOE_RNG_TABLE_H
#define MOE_RNG_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* Philox4x32-10 (Salmon, Moraes, Dror & Shaw, SC 2011, Table 2): multipliers and the Weyl
 * sequence that the key steps by. */
#define PHILOX_ROUNDS 10
#define PHILOX_M0 0xD2511F53u
#define PHILOX_M1 0xCD9E8D57u
#define PHILOX_W0 0x9E3779B9u
#define PHILOX_W1 0xBB67AE85u

struct moe_rng_bulk {
  void (*uniforms)(uint64_t key, uint64_t stream, uint64_t first, size_t n, double *out);
  void (*normals)(uint64_t key, uint64_t stream, uint64_t first, size_t n, double *out);
};

extern const struct moe_rng_bulk moe_rng_bulk_portable;
#if defined(__x86_64__)
extern const struct moe_rng_bulk moe_rng_bulk_avx2, moe_rng_bulk_avx512;
#endif
/* The draws of a level; those of any other name are the portable ones. */
const struct moe_rng_bulk *moe_rng_bulk_find(const char *isa);

#endif
