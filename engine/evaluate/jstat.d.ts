/** What is used of jStat, which brings no types. */
declare module 'jstat' {
  const jStat: {
    readonly beta: {
      /** Quantile of the beta distribution: the x with P(X ≤ x) = p; alpha, beta > 0. */
      inv(p: number, alpha: number, beta: number): number;
    };
    readonly studentt: {
      /** Quantile of Student's t distribution. */
      inv(p: number, degreesOfFreedom: number): number;
    };
    /** ln B(a, b); a, b > 0. */
    betaln(a: number, b: number): number;
  };
  export default jStat;
}
