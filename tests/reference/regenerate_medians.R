# Regenerates medians.csv and medians_pooled.csv. Run inside tests/reference:  Rscript regenerate_medians.R
# Needs R with metafor (Debian: r-cran-metafor) and, from CRAN, estmeansd and metamedian. Of their own dependencies
# Hmisc and metaBLUE are not reached by the functions called here.

suppressPackageStartupMessages({ library(metafor); library(estmeansd); library(metamedian) })

days <- data.frame(
  low    = c(1,  1,  2,  0,   1,  1,  2,  1,  3),
  median = c(4,  5,  6,  3,   7,  2,  7,  6,  5),
  high   = c(10, 21, 13, 30,  8,  36, 25, 20, 17),
  n      = c(30, 53, 18, 120, 40, 84, 47, 66, 35))

fits <- lapply(seq_len(nrow(days)), function(i) with(days[i, ],
  qe.study.level(min.g1 = low, med.g1 = median, max.g1 = high, n.g1 = n)))
days$family <- vapply(fits, function(f) f$selected.dist, "")
days$se <- formatC(sqrt(vapply(fits, function(f) f$var, 0)), digits = 9, format = "g")
write.csv(days, "medians.csv", row.names = FALSE, quote = FALSE)

pooled <- with(days, qe(min.g1 = low, med.g1 = median, max.g1 = high, n.g1 = n, test = "knha"))
figures <- formatC(c(pooled$beta[1], pooled$ci.lb, pooled$ci.ub), digits = 9, format = "g")
writeLines(c("estimate,ci_low,ci_high", paste(figures, collapse = ",")), "medians_pooled.csv")

writeLines(c(R.version.string, paste("metafor", packageVersion("metafor")), paste("estmeansd", packageVersion("estmeansd")),
             paste("metamedian", packageVersion("metamedian"))), "versions_medians.txt")
