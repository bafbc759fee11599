/** asciichart brings no types; what is used of it. */
declare module 'asciichart' {
  const asciichart: {
    plot(
      series: readonly number[],
      options: {
        readonly height: number
        readonly min: number
        readonly max: number
        readonly offset: number
        readonly symbols: readonly string[]
        readonly format: (value: number, row: number) => string
      },
    ): string
  }
  export default asciichart
}
