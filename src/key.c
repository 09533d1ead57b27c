/* key.c - the key of a named stream: eight bytes of the name's SHA-256. Apart from rng.c, which needs
 * no library. */
#include "rng.h"

#include <string.h>

#include <sha2.h>

uint64_t moe_key_hash(const char *text) {
  uint8_t digest[SHA256_DIGEST_LENGTH];
  SHA2_CTX context;
  SHA256Init(&context);
  SHA256Update(&context, (const uint8_t *)text, strlen(text));
  SHA256Final(digest, &context);
  uint64_t hash = 0;
  for (int i = 7; i >= 0; i--) hash = hash << 8 | digest[i];
  return hash;
}
