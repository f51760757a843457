/** What a value weighs in memory, roughly: enough to keep a window within its bytes. */

const perValue = 16;

export function approximateBytes(value: unknown): number {
  if (typeof value === "string") return perValue + value.length;
  if (typeof value !== "object" || value === null) return perValue;
  if (ArrayBuffer.isView(value)) return perValue + value.byteLength;
  let bytes = perValue;
  for (const [key, item] of Object.entries(value)) bytes += key.length + approximateBytes(item);
  return bytes;
}
