/** The statistics of the report. Pure. */

/** Several rounds of one figure. */
export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** @throws {RangeError} if there are no values */
export function summarize(values: readonly number[]): Summary {
  const sorted = Float64Array.from(values).sort();
  return { median: medianOf(sorted), least: at(sorted, 0), most: at(sorted, sorted.length - 1) };
}

/** Half of the range, as a share of the median: 0.04 is "±4 %". */
export function spread({ median, least, most }: Summary): number {
  return median === 0 ? 0 : (most - least) / 2 / median;
}

/** The smallest value that at least `share` of the values do not exceed (nearest rank). */
export function percentile(sorted: Float64Array, share: number): number {
  return at(sorted, Math.max(Math.ceil(share * sorted.length) - 1, 0));
}

function medianOf(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2;
}

function at(sorted: Float64Array, index: number): number {
  const value = sorted[index];
  if (value === undefined) throw new RangeError("no values");
  return value;
}
