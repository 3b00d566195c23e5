/** Calls back as soon as what changes now is painted: a task that a frame begins with comes after that frame is drawn. */
export function afterPaint(then: () => void): void {
  requestAnimationFrame(() => setTimeout(then));
}
