"""Charts of rows as they come. Names are text, never markup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from formats import chart_text, instant, missing, open_time

# Okabe and Ito: the color-blind can tell these apart, in light and in dark.
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, YELLOW, GREY = "#CC79A7", "#56B4E9", "#F0E442", "#8A8A8A"
PALETTE = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, YELLOW)
BAND = "rgba(86, 180, 233, 0.25)"
WIDE_BAND = "rgba(86, 180, 233, 0.13)"

Format = Callable[[Any], str]


def _figure(height: int, unit: str = "", legend: bool = True) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 28 if legend else 8, "b": 8},
        showlegend=legend,
        legend={
            "orientation": "h",
            "yanchor": "bottom",
            "y": 1.0,
            "x": 0,
            "title": None,
            "traceorder": "normal",
        },
        hovermode="x unified",
        bargap=0.25,
    )
    figure.update_yaxes(title=unit or None, rangemode="tozero", zeroline=False)
    figure.update_xaxes(title=None, showgrid=False)
    return figure


def _hover(values: Sequence[Any], form: Format | None) -> list[str] | None:
    return None if form is None else [chart_text(form(value)) for value in values]


def add_line(
    figure: go.Figure,
    rows: pd.DataFrame,
    x: str,
    y: str,
    name: str,
    color: str,
    form: Format | None = None,
    dash: str = "solid",
) -> None:
    if len(rows) and rows[y].isna().all():
        return
    figure.add_trace(
        go.Scatter(
            x=rows[x],
            y=rows[y],
            name=chart_text(name),
            mode="lines" if len(rows) > 1 else "markers",
            line={"color": color, "width": 2, "dash": dash},
            customdata=_hover(list(rows[y]), form),
            hovertemplate="%{customdata}" if form else "%{y:,.1f}",
        )
    )


def add_band(
    figure: go.Figure, rows: pd.DataFrame, x: str, low: str, high: str, name: str, color: str
) -> None:
    """The span between two columns."""
    edge = {"width": 0}
    figure.add_trace(
        go.Scatter(x=rows[x], y=rows[low], mode="lines", line=edge, hoverinfo="skip", showlegend=False)
    )
    figure.add_trace(
        go.Scatter(
            x=rows[x],
            y=rows[high],
            mode="lines",
            line=edge,
            fill="tonexty",
            fillcolor=color,
            hoverinfo="skip",
            name=chart_text(name),
        )
    )


def add_dots(figure: go.Figure, rows: pd.DataFrame, x: str, y: str, name: str, color: str) -> None:
    figure.add_trace(
        go.Scatter(
            x=rows[x], y=rows[y], name=chart_text(name), mode="markers",
            marker={"color": color, "size": 9, "symbol": "diamond"}, hovertemplate="%{y:,.0f}",
        )
    )  # fmt: skip


def add_marks(figure: go.Figure, rows: pd.DataFrame, x: str, name: str, limit: int = 40) -> None:
    """Days to be told apart, such as holidays, as dotted lines with a word on top."""
    for day, text in list(zip(rows[x], rows[name], strict=True))[:limit]:
        figure.add_vline(x=str(day), line={"color": GREY, "width": 1, "dash": "dot"})
        figure.add_annotation(
            x=str(day), y=1, yref="paper", text=chart_text(text, 18), textangle=-90,
            showarrow=False, xanchor="right", yanchor="top", font={"size": 10, "color": GREY},
        )  # fmt: skip


def lines(
    rows: pd.DataFrame,
    x: str,
    series: Sequence[tuple[str, str, str]],
    form: Format | None = None,
    unit: str = "",
    height: int = 260,
    share: bool = False,
) -> go.Figure:
    """Lines of columns: each a column, its name and its color."""
    figure = _figure(height, unit, legend=len(series) > 1)
    for column, name, color in series:
        add_line(figure, rows, x, column, name, color, form)
    if share:
        figure.update_yaxes(tickformat=".0%", rangemode="normal")
    return figure


def bars(
    rows: pd.DataFrame,
    name: str,
    value: str,
    form: Format,
    low: str | None = None,
    high: str | None = None,
    color: str | list[str] = BLUE,
    share: bool = False,
    unit: str = "",
    line_at: float | None = None,
) -> go.Figure:
    """Bars that lie, the first on top, with intervals where they are given."""
    figure = _figure(60 + 30 * max(len(rows), 2), legend=False)
    spread = None
    if low and high:
        spread = {
            "type": "data",
            "symmetric": False,
            "array": [_gap(v, h) for v, h in zip(rows[value], rows[high], strict=True)],
            "arrayminus": [_gap(w, v) for v, w in zip(rows[value], rows[low], strict=True)],
            "color": GREY,
            "thickness": 1.5,
        }
    figure.add_trace(
        go.Bar(
            y=list(range(len(rows))),
            x=rows[value],
            orientation="h",
            marker={"color": color},
            error_x=spread,
            text=[chart_text(form(v)) for v in rows[value]],
            # An interval leaves no room for it; the table beside has the figures.
            textposition="none" if spread else "auto",
            customdata=[chart_text(n, 200) for n in rows[name]],
            hovertemplate="%{customdata}: %{text}<extra></extra>",
        )
    )
    figure.update_layout(hovermode="closest")
    figure.update_yaxes(
        autorange="reversed",
        tickmode="array",
        tickvals=list(range(len(rows))),
        ticktext=[chart_text(n) for n in rows[name]],
        title=None,
        automargin=True,
    )
    figure.update_xaxes(title=unit or None, tickformat=".0%" if share else None, showgrid=True, zeroline=True)
    if share:
        figure.update_xaxes(range=[0, 1.04], tickvals=[0, 0.25, 0.5, 0.75, 1])
    if line_at is not None:
        figure.add_vline(x=line_at, line={"color": GREY, "width": 1})
    return figure


def _gap(a: Any, b: Any) -> float:
    """The length of an error bar, which plotly asks for in place of its end."""
    return 0.0 if missing(a) or missing(b) else max(float(b) - float(a), 0.0)


def intervals(
    rows: pd.DataFrame, name: str, value: str, low: str, high: str, form: Format, unit: str
) -> go.Figure:
    """Effects as dots with their intervals beside zero."""
    figure = _figure(70 + 30 * max(len(rows), 2), legend=False)
    figure.add_trace(
        go.Scatter(
            y=list(range(len(rows))),
            x=rows[value],
            mode="markers",
            marker={
                "size": 10,
                "color": [
                    VERMILION if h < 0 else BLUE if w > 0 else GREY
                    for w, h in zip(rows[low], rows[high], strict=True)
                ],
            },
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [_gap(v, h) for v, h in zip(rows[value], rows[high], strict=True)],
                "arrayminus": [_gap(w, v) for v, w in zip(rows[value], rows[low], strict=True)],
                "color": GREY,
            },
            customdata=[
                f"{chart_text(n, 200)}: {chart_text(form(v))} ({chart_text(form(w))} to {chart_text(form(h))})"
                for n, v, w, h in zip(rows[name], rows[value], rows[low], rows[high], strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    figure.update_layout(hovermode="closest")
    figure.update_yaxes(
        range=[len(rows) - 0.5, -0.5], tickmode="array", tickvals=list(range(len(rows))),
        ticktext=[chart_text(n) for n in rows[name]], title=None, automargin=True,
    )  # fmt: skip
    figure.update_xaxes(title=unit, showgrid=True)
    figure.add_vline(x=0, line={"color": GREY, "width": 1})
    return figure


def columns(
    rows: pd.DataFrame, x: str, series: Sequence[tuple[str, str, str]], unit: str = "", height: int = 260
) -> go.Figure:
    """Columns that stand side by side."""
    figure = _figure(height, unit, legend=len(series) > 1)
    for column, name, color in series:
        figure.add_trace(
            go.Bar(
                x=rows[x], y=rows[column], name=chart_text(name), marker={"color": color},
                hovertemplate="%{y:,.0f}",
            )
        )  # fmt: skip
    return figure


def sankey(nodes: pd.DataFrame, links: pd.DataFrame, height: int, loops: bool = False) -> go.Figure:
    """A flow: nodes (node, label), links (source, target, times, told). Loops run below it, and need room."""
    numbers = {node: number for number, node in enumerate(nodes["node"])}
    kinds = {text: PALETTE[i % len(PALETTE)] for i, text in enumerate(dict.fromkeys(nodes["label"]))}
    figure = _figure(height, legend=False)
    figure.add_trace(
        go.Sankey(
            arrangement="snap",
            domain={"y": [0.28, 1] if loops else [0, 1]},
            node={
                "label": [chart_text(text, 36) for text in nodes["label"]],
                "color": [kinds[text] for text in nodes["label"]],
                "pad": 14,
                "thickness": 14,
                "align": "left",
                "line": {"width": 0},
                "hovertemplate": "%{label}: %{value:,.0f}<extra></extra>",
            },
            link={
                "source": [numbers[node] for node in links["source"]],
                "target": [numbers[node] for node in links["target"]],
                "value": links["times"],
                "color": "rgba(138, 138, 138, 0.35)",
                "customdata": [chart_text(text, 200) for text in links["told"]],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
        )
    )
    return figure


def heat(rows: pd.DataFrame, y: str, x: str, value: str, told: str) -> go.Figure:
    """A heat map of pairs: from in rows, to in columns."""
    ys = list(dict.fromkeys(rows[y]))
    followed = set(rows[x])
    # In one order, so that what repeats lies on the diagonal.
    xs = [name for name in dict.fromkeys([*ys, *rows[x]]) if name in followed]
    cells = {(a, b): (v, t) for a, b, v, t in zip(rows[y], rows[x], rows[value], rows[told], strict=True)}
    empty: tuple[Any, str] = (None, "")
    figure = _figure(120 + 26 * len(ys), legend=False)
    figure.add_trace(
        go.Heatmap(
            x=list(range(len(xs))),
            y=list(range(len(ys))),
            z=[[cells.get((a, b), empty)[0] for b in xs] for a in ys],
            customdata=[[chart_text(cells.get((a, b), empty)[1], 200) for b in xs] for a in ys],
            hovertemplate="%{customdata}<extra></extra>",
            hoverongaps=False,
            colorscale="Cividis",
            colorbar={"tickformat": ".0%", "thickness": 10},
            xgap=1,
            ygap=1,
        )
    )
    figure.update_layout(hovermode="closest")
    figure.update_yaxes(
        autorange="reversed", tickvals=list(range(len(ys))), ticktext=[chart_text(a, 36) for a in ys],
        automargin=True, showgrid=False,
    )  # fmt: skip
    figure.update_xaxes(
        side="top", tickvals=list(range(len(xs))), ticktext=[chart_text(b, 30) for b in xs],
        tickangle=-45, automargin=True,
    )  # fmt: skip
    return figure


def spans(rows: pd.DataFrame, start: str, end: str, kind: str, lane: str, told: str) -> go.Figure:
    """Stretches of time in lanes, colored by their kind."""
    lanes = list(dict.fromkeys(rows[lane]))
    colors = {text: PALETTE[i % len(PALETTE)] for i, text in enumerate(dict.fromkeys(rows[kind]))}
    figure = _figure(110 + 34 * len(lanes), legend=True)
    for text, color in colors.items():
        part = rows[rows[kind] == text]
        figure.add_trace(
            go.Bar(
                base=part[start],
                x=[(b - a).total_seconds() * 1000 for a, b in zip(part[start], part[end], strict=True)],
                y=[lanes.index(name) for name in part[lane]],
                orientation="h",
                name=chart_text(text),
                marker={"color": color},
                customdata=[chart_text(line, 300) for line in part[told]],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )
    figure.update_layout(barmode="overlay", hovermode="closest")
    figure.update_xaxes(type="date")
    figure.update_yaxes(
        autorange="reversed", tickvals=list(range(len(lanes))),
        ticktext=[chart_text(name, 30) for name in lanes], automargin=True,
    )  # fmt: skip
    return figure


def story(rows: pd.DataFrame) -> go.Figure:
    """A clock's segments in three lanes: what the clock did, the status, and the group."""
    parts = [
        pd.DataFrame(
            {
                "start": rows["from_at"],
                "end": rows["to_at"],
                "kind": [f"{lane}: {name}" if not missing(name) else f"{lane}: none" for name in rows[column]],
                "lane": lane,
                "told": [
                    f"{lane}: {name}, {instant(a)} to {instant(b)}, {open_time(minutes)} of open time"
                    + ("" if missing(note) or not note else f"; {note}")
                    for name, a, b, minutes, note in zip(
                        rows[column], rows["from_at"], rows["to_at"], rows["open_minutes"], rows["note"],
                        strict=True,
                    )
                ],
            }
        )
        for lane, column in (("clock", "state"), ("status", "status"), ("group", "group_name"))
    ]  # fmt: skip
    return spans(pd.concat(parts, ignore_index=True), "start", "end", "kind", "lane", "told")
