import static org.codelibs.opensearch.runner.OpenSearchRunner.newConfigs;

import java.util.List;
import org.codelibs.opensearch.runner.OpenSearchRunner;
import org.opensearch.common.settings.Setting;
import org.opensearch.plugins.Plugin;

/** OpenSearch on the loopback interface: SearchServer FOLDER HTTP_PORT TRANSPORT_PORT. */
public final class SearchServer {
  /** Argilla switches the k-NN plugin off for each index, with a setting that OpenSearch alone does not know. */
  public static final class WithoutNearestNeighbors extends Plugin {
    @Override
    public List<Setting<?>> getSettings() {
      return List.of(Setting.boolSetting("index.knn", false, Setting.Property.IndexScope));
    }
  }

  public static void main(String[] args) throws Exception {
    OpenSearchRunner runner = new OpenSearchRunner();
    runner
        .onBuild(
            (node, settings) -> {
              settings.put("network.host", "127.0.0.1");
              settings.put("http.port", args[1]);
              settings.put("transport.port", args[2]);
              settings.put("discovery.type", "single-node");
              settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
            })
        .build(
            newConfigs()
                .basePath(args[0])
                .clusterName("entail-peers")
                .numOfNode(1)
                .pluginTypes(WithoutNearestNeighbors.class.getName()));
    Thread.currentThread().join();
  }
}
