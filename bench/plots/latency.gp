# Percentiles of one comparison, a line for each system.
data = ARG1
picture = ARG2
heading = ARG3
panels = ARG4
names = ARG5
styles = ARG6
scripts = ARG7
width = 960
height = 520
load scripts . "/style.gp"

set title heading
set key outside right center Left reverse samplen 2 spacing 1.2
set xrange [-0.2:3.2]
set xlabel "percentile"
set ylabel "time, median of the runs"
set logscale y
# The data are nanoseconds.
set format y "%.0s %cs"
plot for [i = 1:systems] data using 0:(column(i + 1) * 1e-9):xtic(1) \
  linestyle i title word(names, i)
