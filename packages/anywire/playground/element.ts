/** Finds the elements that the page is known to have. */

/**
 * @returns the first element under `root` that matches
 * @throws {Error} if there is none, or it is of another type
 */
export function find<E extends Element>(root: ParentNode, selector: string, type: abstract new () => E): E {
  const element = root.querySelector(selector);
  if (element instanceof type) return element;
  throw new Error(`The page has no ${type.name} at ${selector}`);
}
