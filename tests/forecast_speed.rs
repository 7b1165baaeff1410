#[path = "support/forecasting.rs"]
mod support;
use forecast::Method;
use support::slaops::*;
#[test]
#[ignore]
fn speed() {
    let all: Vec<Vec<f64>> =
        serde_json::from_str(&std::fs::read_to_string("/tmp/series.json").unwrap()).unwrap();
    let sse: Vec<f64> =
        serde_json::from_str(&std::fs::read_to_string("/tmp/sse.json").unwrap()).unwrap();
    for m in [
        "holt_winters",
        "ets",
        "auto",
        "dynamic_theta",
        "AAdA",
        "MAdM",
        "MNA",
    ] {
        let t = std::time::Instant::now();
        let fits: Vec<_> = all
            .iter()
            .map(|y| forecast::fit(y, Method::parse(m).unwrap(), 7).unwrap())
            .collect();
        println!("{m} {} s", t.elapsed().as_secs_f64());
        if m == "holt_winters" {
            let worst = fits
                .iter()
                .zip(&sse)
                .map(|(f, s)| f.estimate().unwrap().sums.sse / s)
                .fold(0.0, f64::max);
            println!("worst sse ratio {worst}");
            for (i, (f, s)) in fits.iter().zip(&sse).enumerate() {
                let e = f.estimate().unwrap();
                if e.sums.sse > s * (1.0 + 1e-7) {
                    println!("worst {i} {} {} {:?}", e.sums.sse, s, e.params);
                }
            }
            return;
        }
        let t = std::time::Instant::now();
        for f in &fits {
            f.forecast(14, &[0.8, 0.95], false, 1).unwrap();
        }
        println!("   forecast {:?}", t.elapsed());
    }
}
