/** The peer cannot run on this machine: nothing is wrong with it, and there are no figures. */

export class Unavailable extends Error {
  override readonly name = "Unavailable";
}
