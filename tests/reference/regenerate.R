# Regenerates the pinned values of this folder. Run inside tests/reference:  Rscript regenerate.R
# Needs R with metafor, metadat and lme4 (Debian: r-base-core r-cran-metafor r-cran-metadat r-cran-lme4).

suppressPackageStartupMessages({ library(metafor); library(lme4) })

sets <- read.csv("sets.csv")
by_set <- split(sets, factor(sets$set, unique(sets$set)))
pritz <- metadat::dat.pritz1997
stopifnot(by_set$pritz1997$events == pritz$xi, by_set$pritz1997$total == pritz$ni)

digits <- function(v) ifelse(is.na(v), "NA", trimws(formatC(as.numeric(v), digits = 12, format = "g")))
one_line <- function(text) gsub("[,\r\n\"]+", " ", trimws(text))

# The *_TIGHT rows ask the same programs to go on to the maximum instead of stopping at their defaults.
to_the_end <- list(glmerCtrl = list(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5)))

fit_one <- function(d, method, test) {
  if (method == "GLMM_TIGHT")
    rma.glmm(measure = "PLO", xi = d$events, ni = d$total, nAGQ = 21, test = test, control = to_the_end)
  else if (method == "PM_TIGHT")
    rma(measure = "PLO", xi = d$events, ni = d$total, method = "PM", test = test,
        control = list(tol = 1e-12, maxiter = 1000))
  else if (method == "GLMM") rma.glmm(measure = "PLO", xi = d$events, ni = d$total, nAGQ = 21, test = test)
  else if (method == "FT") rma(measure = "PFT", xi = d$events, ni = d$total, method = "DL", test = test)
  else rma(measure = "PLO", xi = d$events, ni = d$total, method = method, test = test)
}

# lme4's own deviance of (tau, mu), mu profiled out, solved for a rise by the chi-squared quantile.
# (lme4's confint interpolates the profile by splines, which fails far out.)
profile_interval <- function(d) {
  study <- factor(seq_along(d$events))
  deviance_of <- glmer(cbind(d$events, d$total - d$events) ~ 1 + (1 | study), family = binomial, nAGQ = 21,
                       devFunOnly = TRUE)
  at <- function(tau) optimize(function(mu) deviance_of(c(tau, mu)), c(-40, 40), tol = 1e-10)$objective
  best <- optimize(at, c(0, 8), tol = 1e-8)
  limit <- min(best$objective, at(0)) + qchisq(0.95, 1)
  above <- function(tau) at(tau) - limit
  low <- if (above(0) <= 0) 0 else uniroot(above, c(0, best$minimum), tol = 1e-10)$root
  high <- if (above(10) < 0) NA else uniroot(above, c(best$minimum, 10), tol = 1e-10)$root
  c(low, high)^2
}

# metafor's standard error comes from lme4's second differences of the deviance at a step of 1e-4, whose rounding shows where
# the deviance is large. Here the same deviance at steps of 0.02 and 0.01, extrapolated (Richardson).
wide_step_se <- function(d, fit) {
  study <- factor(seq_along(d$events))
  deviance_of <- glmer(cbind(d$events, d$total - d$events) ~ 1 + (1 | study), family = binomial, nAGQ = 21,
                       control = glmerControl(tolPwrss = 1e-12), devFunOnly = TRUE)
  top <- c(sqrt(fit$tau2), fit$beta[1])
  at <- function(h) {
    f <- function(a, b) deviance_of(top + h * c(a, b))
    both <- (f(1, 1) - f(1, -1) - f(-1, 1) + f(-1, -1)) / 4
    curve <- matrix(c(f(1, 0) - 2 * f(0, 0) + f(-1, 0), both, both, f(0, 1) - 2 * f(0, 0) + f(0, -1)), 2) / h^2
    solve(curve / 2)[2, 2]
  }
  sqrt((4 * at(0.01) - at(0.02)) / 3)
}

tau2_interval <- function(d, fit, method) {
  if (method == "GLMM") return(c(profile_interval(d), NA, NA))
  found <- confint(fit, control = list(tau2.max = 1e7, tol = 1e-10))$random
  c(found["tau^2", 2:3], found["I^2(%)", 2:3])
}

row_for <- function(name, d, method, test) {
  notes <- character()
  heard <- function(w) { notes <<- c(notes, conditionMessage(w)); invokeRestart("muffleWarning") }
  fit <- try(withCallingHandlers(fit_one(d, method, test), warning = heard), silent = TRUE)
  if (inherits(fit, "try-error"))
    return(c(name, method, test, rep("NA", 20), one_line(paste("error:", as.character(fit)))))
  back <- if (method == "FT") function(v) transf.ipft.hm(v, targs = list(ni = d$total)) else transf.ilogit
  pred <- predict(fit)
  spread <- rep(NA, 4)
  if (test == "z" && !grepl("TIGHT", method)) {
    tried <- try(suppressMessages(withCallingHandlers(tau2_interval(d, fit, method), warning = heard)), silent = TRUE)
    if (inherits(tried, "try-error")) notes <- c(notes, "interval of tau2 failed") else spread <- tried
  }
  q <- if (grepl("GLMM", method)) fit$QE.LRT else fit$QE
  logit <- if (method == "FT") rep(NA, 2) else c(fit$beta[1], fit$se)
  values <- c(logit, back(c(fit$beta[1], fit$ci.lb, fit$ci.ub, pred$pi.lb, pred$pi.ub)),
              fit$ci.lb, fit$ci.ub, pred$pi.lb, pred$pi.ub,
              fit$tau2, fit$I2, fit$H2, q, nrow(d) - 1, spread)
  c(name, method, test, digits(values), one_line(paste(unique(notes), collapse = "; ")))
}

columns <- c("set", "method", "test", "mu", "se", "estimate", "ci_low", "ci_high", "pi_low", "pi_high",
             "ci_low_scale", "ci_high_scale", "pi_low_scale", "pi_high_scale",
             "tau2", "i2", "h2", "q", "q_df", "tau2_low", "tau2_high", "i2_low", "i2_high", "note")
grid <- rbind(expand.grid(test = c("z", "t"), method = "GLMM"),
              expand.grid(test = c("z", "t", "knha", "adhoc"), method = c("DL", "PM", "REML")),
              expand.grid(test = "z", method = c("FT", "GLMM_TIGHT", "PM_TIGHT")))
rows <- list()
for (name in names(by_set)) for (g in seq_len(nrow(grid)))
  rows[[length(rows) + 1]] <- row_for(name, by_set[[name]], as.character(grid$method[g]), as.character(grid$test[g]))
write_rows <- function(rows, columns, file)
  writeLines(c(paste(columns, collapse = ","), vapply(rows, paste, "", collapse = ",")), file)
write_rows(rows, columns, "pooled.csv")

# The standard error of the binomial-normal model where its spread is above 0, at the maximum of the GLMM_TIGHT rows.
rows <- list()
for (name in names(by_set)) {
  fit <- try(suppressWarnings(fit_one(by_set[[name]], "GLMM_TIGHT", "z")), silent = TRUE)
  if (inherits(fit, "try-error") || fit$tau2 < 1e-3) next
  rows[[length(rows) + 1]] <- c(name, digits(wide_step_se(by_set[[name]], fit)))
}
write_rows(rows, c("set", "se"), "glmm_se.csv")

# One study: R's own exact, score and beta quantiles; one-sided exact bounds of no event and of all.
counts <- list(c(81, 263), c(15, 148), c(0, 20), c(1, 29), c(29, 29), c(0, 1), c(1, 1), c(500, 1000), c(3, 100000))
ends <- list()
keep <- function(x, n, kind, low, high)
  ends[[length(ends) + 1]] <<- c(format(c(x, n), scientific = FALSE, trim = TRUE), kind, trimws(formatC(c(low, high), digits = 14, format = "g")))
for (c0 in counts) {
  x <- c0[1]; n <- c0[2]
  exact <- binom.test(x, n)$conf.int
  score <- suppressWarnings(prop.test(x, n, correct = FALSE)$conf.int)
  keep(x, n, "clopper_pearson", exact[1], exact[2])
  keep(x, n, "wilson", score[1], score[2])
  beta <- qbeta(c(0.025, 0.975), x + 0.5, n - x + 0.5)
  keep(x, n, "jeffreys", if (x == 0) 0 else beta[1], if (x == n) 1 else beta[2])
  if (x == 0) keep(x, n, "bound", 0, binom.test(x, n, alternative = "less")$conf.int[2])
  if (x == n) keep(x, n, "bound", binom.test(x, n, alternative = "greater")$conf.int[1], 1)
}
write_rows(ends, c("events", "total", "kind", "low", "high"), "single.csv")

# Leave one out and influence, on house_b.
d <- by_set$house_b
full <- rma(measure = "PLO", xi = d$events, ni = d$total, method = "REML", control = list(threshold = 1e-12))
inf <- influence(full)$inf
rows <- list()
for (i in seq_len(nrow(d))) {
  g <- rma.glmm(measure = "PLO", xi = d$events[-i], ni = d$total[-i], nAGQ = 21,
                control = to_the_end)
  rows[[i]] <- c(i, digits(c(g$beta[1], g$se, g$tau2, inf$cook.d[i], inf$cov.r[i])))
}
write_rows(rows, c("left_out", "glmm_mu", "glmm_se", "glmm_tau2", "reml_cook", "reml_variance_ratio"), "left_out.csv")

writeLines(c(R.version.string, paste("metafor", packageVersion("metafor")), paste("metadat", packageVersion("metadat")),
             paste("lme4", packageVersion("lme4"))), "versions.txt")
