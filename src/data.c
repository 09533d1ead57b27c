/*
 * data.c - storage of rows in tiles; the layout is described in data.h.
 */
#include "data.h"

#include "linalg.h"

struct moe_data *moe_data_alloc(size_t n, size_t d) {
  struct moe_data *data = moe_alloc(1, sizeof *data);
  data->n = n;
  data->d = d;
  data->tiles = (n + MOE_TILE - 1) / MOE_TILE;
  data->tile = moe_alloc(data->tiles * (d + 2) * MOE_TILE, sizeof *data->tile);
  for (size_t i = 0; i < n; i++) *moe_data_at(data, i, d + 1) = 1;
  return data;
}

void moe_data_free(struct moe_data *data) {
  if (!data) return;
  moe_free(data->tile);
  moe_free(data);
}

void moe_data_pad(struct moe_data *data) {
  size_t d = data->d;
  for (size_t i = data->n; data->n && i < data->tiles * MOE_TILE; i++) {
    for (size_t s = 0; s <= d; s++)
      *moe_data_at(data, i, s) = *moe_data_at(data, data->n - 1, s);
    *moe_data_at(data, i, d + 1) = 0;
  }
}

void moe_data_forms(const struct moe_data *data, size_t tile, const struct moe_model *model,
                    const double *theta, double *form) {
  size_t d = data->d;
  const double *x = moe_data_column(data, tile, 0);
  for (size_t r = 0; r < 2 * model->k; r++) {
    const double *row = theta + r * (d + 1);
    moe_affine(d, MOE_TILE, row, row[d], x, MOE_TILE, form + r * MOE_TILE);
  }
}
