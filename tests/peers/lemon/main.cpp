// Solves a DIMACS minimum-cost flow with LEMON (Boost licence): `lemon simplex|scaling FILE` prints
// {"optimum", "seconds", "wall"}; seconds are CPU time of the solver alone, wall is what passed meanwhile.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <vector>

#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

typedef lemon::SmartDigraph Graph;
typedef long long Number;

template <class Solver>
int run(const Graph& graph, const Graph::ArcMap<Number>& capacity, const Graph::ArcMap<Number>& cost,
        const Graph::NodeMap<Number>& supply) {
  const auto begin = std::chrono::steady_clock::now();
  const clock_t start = clock();
  Solver solver(graph);
  solver.upperMap(capacity).costMap(cost).supplyMap(supply);
  const bool optimal = solver.run() == Solver::OPTIMAL;
  const double seconds = double(clock() - start) / CLOCKS_PER_SEC;
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (optimal) {
    printf("{\"optimum\": \"%lld\", ", (Number)solver.totalCost());
  } else {
    printf("{\"optimum\": null, ");
  }
  printf("\"seconds\": %.6f, \"wall\": %.6f}\n", seconds, wall);
  return 0;
}

int main(int count, char** words) {
  if (count != 3) return fprintf(stderr, "usage: lemon simplex|scaling FILE\n"), 2;
  FILE* file = fopen(words[2], "r");
  if (!file) return perror(words[2]), 2;
  Graph graph;
  Graph::NodeMap<Number> supply(graph, 0);
  Graph::ArcMap<Number> capacity(graph), cost(graph);
  std::vector<Graph::Node> nodes;
  char line[256];
  while (fgets(line, sizeof line, file)) {
    Number tail, head, low, most, price, amount;
    int size, edges;
    if (sscanf(line, "p min %d %d", &size, &edges) == 2) {
      graph.reserveNode(size);
      graph.reserveArc(edges);
      for (int node = 0; node < size; ++node) nodes.push_back(graph.addNode());
    } else if (sscanf(line, "n %lld %lld", &tail, &amount) == 2) {
      supply[nodes.at(tail - 1)] = amount;
    } else if (sscanf(line, "a %lld %lld %lld %lld %lld", &tail, &head, &low, &most, &price) == 5) {
      const Graph::Arc arc = graph.addArc(nodes.at(tail - 1), nodes.at(head - 1));
      capacity[arc] = most;
      cost[arc] = price;
    }
  }
  fclose(file);
  if (!strcmp(words[1], "simplex"))
    return run<lemon::NetworkSimplex<Graph, Number> >(graph, capacity, cost, supply);
  return run<lemon::CostScaling<Graph, Number> >(graph, capacity, cost, supply);
}
