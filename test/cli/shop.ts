/** A shop small enough to be simulated in no time: a gateway, a front that calls two others, a fault. */
export const SCENARIO = `apiVersion: drymesh.dev/v1
kind: Scenario
metadata:
  name: shop
spec:
  manifests: [k8s/]
  platform:
    proxyCost: istio-1.24
    nodes: {cpu: 4, zones: [eu-1/a, eu-1/b]}
  workloads:
    front:
      workers: 8
      queue: 100
      endpoints:
        - match: {path: {prefix: /}}
          steps:
            - cpu: {exponential: 1ms}
            - parallel:
                - call: http://stock:8080/items
                - call: {to: http://prices:8080/of, timeout: 1s, retries: 1, onFailure: ignore}
            - choose:
                - {weight: 9, steps: []}
                - {weight: 1, steps: [{wait: 3ms}]}
          respond: {size: 4kB}
    stock:
      endpoints:
        - steps:
            - wait: {lognormal: {median: 2ms, p99: 9ms}}
          respond: {errors: {503: 1%}}
    prices:
      startup: 1s
      endpoints:
        - steps:
            - repeat: {times: 2, steps: [{cpu: 0.2ms}]}
  network: {sameZone: 0.25ms, crossZone: 1ms}
  traffic:
    - name: shoppers
      from: {gateway: istio-ingressgateway}
      rate: 20/s
      arrivals: poisson
      timeout: 10s
      requests:
        - {name: look, weight: 3, to: http://shop.example.com/}
        - {name: buy, weight: 1, to: http://shop.example.com/cart, method: POST, size: 1kB}
    - name: robots
      from: outside
      closed: {users: 2, think: 200ms}
      to: http://front.default:8080/
  faults:
    - {at: 500ms, for: 200ms, crash: {workload: prices, pods: 1}}
    - {at: 1s, for: 500ms, slow: {workload: stock, by: 20ms}}
  objectives:
    - mean < 2s
    - {traffic: shoppers, success: ">= 50%"}
  run:
    duration: 2s
    warmup: 500ms
    drain: 1s
    seed: 1
    replications: 2
`;

export const MANIFESTS = `apiVersion: v1
kind: Service
metadata:
  name: front
spec:
  selector: {app: front}
  ports:
    - name: http
      port: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: front
spec:
  replicas: 2
  selector:
    matchLabels: {app: front}
  template:
    metadata:
      labels: {app: front}
    spec:
      containers:
        - name: front
          image: front:1
          resources:
            limits: {cpu: "1"}
---
apiVersion: v1
kind: Service
metadata: {name: stock}
spec:
  selector: {app: stock}
  ports: [{name: http, port: 8080}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: stock}
spec:
  selector: {matchLabels: {app: stock}}
  template:
    metadata: {labels: {app: stock, version: v1}}
    spec: {containers: [{name: stock, image: "stock:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: prices}
spec:
  selector: {app: prices}
  ports: [{name: http, port: 8080}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: prices}
spec:
  replicas: 2
  selector: {matchLabels: {app: prices}}
  template:
    metadata: {labels: {app: prices}}
    spec: {containers: [{name: prices, image: "prices:1"}]}
`;

export const ROUTING = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: shop
spec:
  selector:
    istio: ingressgateway
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [shop.example.com]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: shop
spec:
  hosts: [shop.example.com]
  gateways: [shop]
  http:
    - match:
        - uri: {prefix: /}
      timeout: 5s
      retries:
        attempts: 2
        perTryTimeout: 2s
        retryOn: 5xx
      route:
        - destination:
            host: front
            port: {number: 8080}
          weight: 100
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: stock
spec:
  host: stock
  trafficPolicy:
    connectionPool:
      tcp: {maxConnections: 50}
      http: {http1MaxPendingRequests: 20}
    outlierDetection:
      consecutive5xxErrors: 5
      interval: 1s
      baseEjectionTime: 1s
      maxEjectionPercent: 50
  subsets:
    - name: v1
      labels: {version: v1}
`;

export const SHOP: Readonly<Record<string, string>> = {
  'shop/scenario.yaml': SCENARIO,
  'shop/k8s/apps.yaml': MANIFESTS,
  'shop/k8s/routing.yaml': ROUTING,
};
