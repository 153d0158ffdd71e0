import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;

/** Sends three events by Apache Camel's component for HEC. */
class CamelClient {
    public static void main(String[] arguments) throws Exception {
        String address = "splunk-hec:127.0.0.1:" + arguments[0] + "?token=" + arguments[1]
            + "&skipTlsVerify=true&index=dlp&source=camel&sourcetype=test";
        try (CamelContext context = new DefaultCamelContext()) {
            context.start();
            for (int number = 0; number < 3; number++) {
                context.createProducerTemplate().sendBody(address, Map.of("number", number));
            }
        }
    }
}
