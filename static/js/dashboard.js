/* The trend: bars from zero, labels on the axis, a click opens the records of that month. */
(function () {
  "use strict";

  var box = document.getElementById("trend");
  var source = document.getElementById("trend-data");
  if (!box || !source || !window.echarts) {
    return;
  }
  var data = JSON.parse(source.textContent);
  var style = getComputedStyle(document.documentElement);

  function color(name) {
    return style.getPropertyValue(name).trim();
  }

  var chart = window.echarts.init(box, null, { renderer: "canvas" });
  chart.setOption({
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    aria: { enabled: true },
    textStyle: { fontFamily: style.getPropertyValue("--sans") },
    grid: { left: 8, right: 8, top: 24, bottom: 8, containLabel: true },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      formatter: function (points) {
        var point = data.points[points[0].dataIndex];
        return point.label + "\n" + point.text;
      },
    },
    xAxis: {
      type: "category",
      data: data.points.map(function (point) {
        return point.label;
      }),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: color("--line-strong") } },
      axisLabel: { color: color("--ink-soft") },
    },
    yAxis: {
      type: "value",
      min: 0,
      splitNumber: 4,
      axisLabel: {
        color: color("--ink-soft"),
        formatter: function (value) {
          if (!data.money || !value) {
            return value;
          }
          return document.documentElement.lang === "en" ? value / 1000000 + "M" : value / 10000 + "万";
        },
      },
      splitLine: { lineStyle: { color: color("--line") } },
    },
    series: [
      {
        type: "bar",
        barMaxWidth: 36,
        itemStyle: { color: color("--primary"), borderRadius: [2, 2, 0, 0] },
        data: data.points.map(function (point) {
          return point.value;
        }),
      },
    ],
  });
  chart.on("click", function (event) {
    window.location.href = data.points[event.dataIndex].href;
  });
  window.addEventListener("resize", function () {
    chart.resize();
  });
})();
