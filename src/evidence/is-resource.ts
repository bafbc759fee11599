const RESOURCE =
  /(^|[_./ -])(s|ms|time|times|seconds?|secs?|minutes?|hours?|duration|runtime|latency|throughput|speed|fps|(samples|steps|tokens|it|iter|images|examples)[_/-]?per[_/-]?(s|sec|second)|it_s|memory|mem|ram|vram|rss|cpu|gpu|disk|power|energy|temperature|timestamp|elapsed|system|warmup|host|hostname|date|pid|flops)([_./ -]|$)|^system\/|_(s|ms|mb|gb)$/i

/** Whether a metric measures the machine rather than the model: it comes out otherwise each time and says nothing new. */
export function isResource(metric: string): boolean {
  return RESOURCE.test(metric)
}
