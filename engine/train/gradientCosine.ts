/** Of two sets of gradients, each as one vector; not a number where one is not finite or all zeros. */
export function gradientCosine(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let [both, ofA, ofB] = [0, 0, 0];
  a.forEach((values, p) => {
    const others = b[p]!;
    for (let i = 0; i < values.length; i++) {
      both += values[i]! * others[i]!;
      ofA += values[i]! * values[i]!;
      ofB += others[i]! * others[i]!;
    }
  });
  return both / Math.sqrt(ofA * ofB);
}
