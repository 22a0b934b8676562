"""The numbers of /metrics, read by the parser of Prometheus' Python client.

    Numbers(text).get("requests_total", route="/pins", status="200")
"""

from prometheus_client.parser import text_string_to_metric_families


class Numbers:
    def __init__(self, text):
        # by the name that stands in the text; the parser cuts _total off
        self.families = {}
        for family in text_string_to_metric_families(text):
            name = family.name + ("_total" if family.type == "counter" else "")
            assert name not in self.families, f"{name} is told twice"
            self.families[name] = family
        self.samples = [s for f in self.families.values() for s in f.samples]

    def get(self, name, **labels):
        """The sum of the series that have these labels; 0: there is none."""
        return sum(s.value for s in self.samples if s.name == "pinwall_" + name
                   and labels.items() <= s.labels.items())

    def labels(self):
        """Names of series, with the names of their labels."""
        found = {}
        for sample in self.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
        return found

    def check_histograms(self):
        """Buckets grow, the last holds all, and count says the same."""
        for family in self.families.values():
            if family.type != "histogram":
                continue
            series = {}
            for s in family.samples:
                key = tuple(sorted((k, v) for k, v in s.labels.items() if k != "le"))
                series.setdefault(key, []).append(s)
            for key, samples in series.items():
                buckets = [s for s in samples if s.name.endswith("_bucket")]
                bounds = [float(s.labels["le"]) for s in buckets]
                values = [s.value for s in buckets]
                assert bounds == sorted(set(bounds)) and bounds[-1] == float("inf"), key
                assert values == sorted(values), key
                count, = [s.value for s in samples if s.name.endswith("_count")]
                total, = [s.value for s in samples if s.name.endswith("_sum")]
                assert count == values[-1] and total >= 0, key
